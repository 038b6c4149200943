package plaintext

import (
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/desk"
)

func TestFolds(t *testing.T) {
	for _, c := range []struct{ name, text, kept string }{
		{"nothing", "hello\n", "hello\n"},
		{"english", "Yes.\n\nOn Tue, 3 Nov 2026 at 10:12, Ann <ann@example.com> wrote:\n> Is it?\n", "Yes.\n\n"},
		{"broken over lines", "Yes.\n\nOn Tue, 3 Nov 2026 at 10:12, Ann Example\n<ann@example.com> wrote:\n\n> Is it?\n", "Yes.\n\n"},
		{"russian", "Да.\n\n3 нояб. 2026 г., в 10:12, Анна <anna@example.test> написала:\n> Точно?\n", "Да.\n\n"},
		{"german", "Ja.\n\nAm 03.11.2026 um 10:12 schrieb Anna <anna@example.test>:\n> Sicher?\n", "Ja.\n\n"},
		{"french", "Oui.\n\nLe 3 nov. 2026 à 10:12, Anne <anne@example.test> a écrit :\n> Sûr ?\n", "Oui.\n\n"},
		{"spanish", "Sí.\n\nEl mar, 3 nov 2026 a las 10:12, Ana (<ana@example.test>) escribió:\n> ¿Seguro?\n", "Sí.\n\n"},
		{"italian", "Sì.\n\nIl giorno mar 3 nov 2026 alle ore 10:12 Anna <anna@example.test> ha scritto:\n> Sicuro?\n", "Sì.\n\n"},
		{"portuguese", "Sim.\n\nEm ter., 3 de nov. de 2026 às 10:12, Ana <ana@example.test> escreveu:\n> Certo?\n", "Sim.\n\n"},
		{"dutch", "Ja.\n\nOp di 3 nov 2026 om 10:12 schreef Anna <anna@example.test>:\n> Zeker?\n", "Ja.\n\n"},
		{"polish", "Tak.\n\nwt., 3 lis 2026 o 10:12 Anna <anna@example.test> napisał(a):\n> Na pewno?\n", "Tak.\n\n"},
		{"swedish", "Ja.\n\nDen tis 3 nov. 2026 kl 10:12 skrev Anna <anna@example.test>:\n> Säkert?\n", "Ja.\n\n"},
		{"finnish", "Joo.\n\nti 3. marrask. 2026 klo 10.12 Anna (anna@example.test) kirjoitti:\n> Varmasti?\n", "Joo.\n\n"},
		{"turkish", "Evet.\n\nAnna <anna@example.test>, 3 Kas 2026 Sal, 10:12 tarihinde şunu yazdı:\n> Emin?\n", "Evet.\n\n"},
		{"chinese", "是。\n\n在 2026年11月3日，10:12，Anna <anna@example.test> 写道：\n> 吗\n", "是。\n\n"},
		{"japanese", "はい。\n\n2026年11月3日(火) 10:12 Anna <anna@example.test>:\n> 本当\n", "はい。\n\n"},
		{"korean", "네.\n\n2026년 11월 3일 (화) 오전 10:12, Anna <anna@example.test>님이 작성:\n> 정말\n", "네.\n\n"},
		{"hebrew", "כן.\n\n\u200fבתאריך יום ג׳, 3 בנוב׳ 2026 ב-10:12 מאת Anna <anna@example.test>:\n> באמת\n", "כן.\n\n"},
		{"outlook", "Yes.\n\n-----Original Message-----\nFrom: Ann\nSent: today\nTo: Bo\nSubject: x\n\nIs it?\n", "Yes.\n\n"},
		{"outlook without a rule", "Да.\n\nОт: Анна <anna@example.test>\nОтправлено: 3 ноября 2026 г. 10:12\nКому: Иван\nТема: x\n\nТочно?\n", "Да.\n\n"},
		{"japanese outlook", "はい。\n\n差出人: Anna\n送信日時: 2026年11月3日\n宛先: Bo\n件名: x\n\n本当\n", "はい。\n\n"},
		{"signature", "Hello\n-- \nAnn\nExample Ltd\n", "Hello\n"},
		{"signature with many empty lines", "Hello\n\n----\n" + strings.Repeat("\nAnn\n", 10), "Hello\n\n"},
		{"telephone", "Hello\n\nSent from my iPhone\n", "Hello\n\n"},
		{"telephone, russian", "Привет\n\nОтправлено с iPhone\n", "Привет\n\n"},
		{"answer below", "On Tue, 3 Nov 2026, Ann <ann@example.com> wrote:\n> Is it?\n\nYes.\n", "Yes.\n"},
		{"answers between quotes stay with them", "> One?\nYes.\n> Two?\nNo.\n", "> One?\nYes.\n> Two?\nNo.\n"},
		{"nothing but a quote", "> One?\n> Two?\n", "> One?\n> Two?\n"},
		{"a form is no header of a message", "Name: Ann\nTo: Berlin\nDate: today\n", "Name: Ann\nTo: Berlin\nDate: today\n"},
		{"lines of one mark", "One\n*\n>\n:\nTwo\n", "One\n*\n>\n:\nTwo\n"},
		{"a rule in the middle", "One\n-----\n" + strings.Repeat("two\n", 30), "One\n-----\n" + strings.Repeat("two\n", 30)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if kept, _ := withoutFolds(c.text, Folds(c.text)); kept != c.kept {
				t.Errorf("kept %q, want %q", kept, c.kept)
			}
		})
	}
}

func TestRuleAboveHistoryIsNoSignature(t *testing.T) {
	for _, text := range []string{
		"Yes.\n\n____\nFrom: Ann\nSent: today\nTo: Bo\nSubject: x\n\nIs it?\n",
		"Yes.\n\n----\nOn Tue, 3 Nov 2026, Ann <ann@example.com> wrote:\n> Is it?\n",
	} {
		if folds := Folds(text); len(folds) != 1 || folds[0].What != desk.FoldQuote || text[:folds[0].Start] != "Yes.\n\n" {
			t.Errorf("%q: %v", text, folds)
		}
	}
	text := "Yes.\n-- \nBo\n\nOn Tue, 3 Nov 2026, Ann <ann@example.com> wrote:\n> Is it?\n"
	if folds := Folds(text); len(folds) != 2 || folds[0].What != desk.FoldSignature {
		t.Errorf("a signature above history: %v", folds)
	}
}

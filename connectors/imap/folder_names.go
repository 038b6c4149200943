package imap

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// What providers call their folders of junk, of what was thrown away and of drafts,
// where the server does not say it (RFC 6154), in lower case.
//
//nolint:misspell // the names are in many languages
const (
	junkNames = `
spam
junk
junk mail
junk e-mail
junk email
bulk mail
bulk
спам
нежелательная почта
courrier indésirable
correo no deseado
posta indesiderata
lixo eletrônico
lixo eletrónico
wiadomości-śmieci
skräppost
迷惑メール
垃圾邮件
`
	trashNames = `
trash
deleted
deleted items
deleted messages
bin
корзина
удаленные
удалённые
papierkorb
gelöschte elemente
gelöschte objekte
corbeille
éléments supprimés
papelera
elementos eliminados
cestino
posta eliminata
lixeira
itens excluídos
prullenbak
verwijderde items
kosz
elementy usunięte
papperskorgen
koš
кошик
ゴミ箱
已删除邮件
`
	draftNames = `
drafts
draft
черновики
entwürfe
brouillons
borradores
bozze
rascunhos
concepten
szkice
kopie robocze
koncepty
utkast
чернетки
下書き
草稿
草稿箱
`
)

// isOneOf tells whether one of a folder's first two levels has one of the names: some
// servers put all folders below the inbox.
func isOneOf(names, shown string) bool {
	levels := strings.SplitN(strings.ToLower(norm.NFC.String(shown)), "/", 3)
	for i, level := range levels {
		if i < 2 && (i == 0 || levels[0] == "inbox" || levels[0] == "[gmail]") && strings.Contains(names, "\n"+level+"\n") {
			return true
		}
	}
	return false
}

package mailgen

import (
	"math/rand/v2"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// charset is one way in which a language is written in mail; nil is UTF-8.
type charset struct {
	label string
	enc   encoding.Encoding
	share int // percent
}

// language is what mail in it is made of.
type language struct {
	name     string
	share    int // percent of the customers
	common   string
	onsets   string // of made words
	nuclei   string
	endings  string
	names    string
	surnames string
	hello    string
	bye      string
	wrote    string // what stands over a quote; %s the date, %s the writer
	absent   string
	charsets []charset
	runs     bool // written without spaces
}

var languages = []language{
	{
		name: "en", share: 44,
		common: "the to and of a in is it you that for we have not on with as can our please this are your my was but when order account from error cannot after update customer invoice payment printer password delivery device login email screen user problem support help thank still since yesterday today version install message number file",
		onsets: "b br c cl d dr f fl g gr h j k l m n p pl pr r s st str t tr th v w", nuclei: "a e i o u ai ea ou io", endings: "n r s t ng ll ck nd st rm ly er",
		names: "Alice Ben Carol Dan Emma Frank Grace Henry Isla Jack Kate Liam Mia Noah Olive Paul Quinn Rose Sam Tess", surnames: "Archer Baker Cole Dawson Ellis Ford Grant Hayes Irving Jones Knight Lane Moss Nash Owens Price Reed Stone Turner Ward",
		hello: "Hello,", bye: "Kind regards", wrote: "On %s, %s wrote:", absent: "I am out of the office and will answer when I am back.",
		charsets: []charset{{share: 82}, {"windows-1252", charmap.Windows1252, 18}},
	},
	{
		name: "de", share: 15,
		common: "die der und das ist nicht ich wir sie ein eine zu mit auf für von dem den bei kann haben wird wurde noch nach bitte Bestellung Rechnung Konto Fehler Kunde Gerät Lieferung Zahlung Passwort Anmeldung Drucker seit gestern heute leider vielen Dank über möchte können müssen größer",
		onsets: "b br d dr f fr g gr h k kl l m n p pf r s sch st t tr w z", nuclei: "a e i o u ä ö ü ei au ie", endings: "n r s t ng ll ck nd cht st ung en",
		names: "Anna Bernd Clara Dirk Eva Felix Greta Hans Ida Jörg Käthe Lukas Mila Nils Otto Petra Ralf Sven Ulla Volker", surnames: "Bäcker Braun Fischer Graf Hahn Jung Krüger Lange Möller Neumann Peters Richter Schäfer Schulz Vogt Weiß Ziegler",
		hello: "Guten Tag,", bye: "Mit freundlichen Grüßen", wrote: "Am %s schrieb %s:", absent: "Ich bin nicht im Büro und antworte nach meiner Rückkehr.",
		charsets: []charset{{share: 70}, {"iso-8859-1", charmap.ISO8859_1, 20}, {"windows-1252", charmap.Windows1252, 10}},
	},
	{
		name: "ru", share: 13,
		common: "и в не на что я с по это мы вы как но для от из у к за при заказ счёт ошибка оплата доставка пароль принтер клиент пожалуйста спасибо вчера сегодня после обновления номер устройство вход почта экран сообщение помогите работает нужно можно ещё была было который",
		onsets: "б бр в г гр д др ж з к кл л м н п пр р с ст т тр ф х ц ч ш", nuclei: "а е и о у ы я ю", endings: "н р с т ть л к м й сть ов ами ение",
		names: "Анна Борис Вера Глеб Дарья Егор Жанна Игорь Кира Лев Мария Никита Ольга Павел Роман Софья Тимур Юлия", surnames: "Белов Власов Громов Дроздов Ершов Жуков Зимин Ильин Котов Лосев Миронов Носов Орлов Попов Рыбин Серов Титов",
		hello: "Здравствуйте!", bye: "С уважением", wrote: "%s, %s пишет:", absent: "Меня нет в офисе, отвечу по возвращении.",
		charsets: []charset{{share: 58}, {"koi8-r", charmap.KOI8R, 18}, {"windows-1251", charmap.Windows1251, 24}},
	},
	{
		name: "fr", share: 8,
		common: "le la les de des et est un une que je vous nous pas pour dans sur avec ne ce qui au commande facture compte erreur client machine livraison paiement passe imprimante depuis hier merci problème été même très après écran réponse",
		onsets: "b bl c ch d f fr g j l m n p pr qu r s t tr v", nuclei: "a e é è i o u ou ai eau", endings: "n r s t ment tion x l ge re",
		names: "Adèle Bruno Chloé Denis Élise Fabien Gaël Hélène Inès Jules Léa Marc Noémie Octave Rémi Zoé", surnames: "Blanc Caron Dubois Faure Garnier Henry Lefèvre Masson Noël Petit Renaud Roux Vidal",
		hello: "Bonjour,", bye: "Cordialement", wrote: "Le %s, %s a écrit :", absent: "Je suis absent du bureau.",
		charsets: []charset{{share: 75}, {"iso-8859-15", charmap.ISO8859_15, 25}},
	},
	{
		name: "es", share: 8,
		common: "de la que el en y los del las un por con no una su para es al lo como más pedido factura cuenta error cliente envío pago contraseña impresora desde ayer gracias problema número después pantalla según también",
		onsets: "b br c ch d f g h j l ll m n p pr r s t tr v", nuclei: "a e i o u á é í ó ia ue", endings: "n r s d l ción dad mos ndo",
		names: "Alba Bruno Celia Diego Elena Félix Gema Hugo Inés Joaquín Luz Mario Nuria Óscar Pilar Raúl", surnames: "Álvarez Blanco Cano Díaz Flores Gil Herrera Ibáñez López Marín Núñez Ortega Peña Ruiz",
		hello: "Buenos días:", bye: "Un saludo", wrote: "El %s, %s escribió:", absent: "Estoy fuera de la oficina.",
		charsets: []charset{{share: 80}, {"iso-8859-1", charmap.ISO8859_1, 20}},
	},
	{
		name: "ja", share: 5, runs: true,
		common: "の に は を た が で て と し れ さ ある いる も する から な こと として い や 注文 請求 確認 お願い 返信 商品 問題 画面 電話 昨日 今日 登録 変更 番号",
		onsets: "一右雨円王音下火花学気休玉金九空月犬見五口校左三山四子糸字耳七車手十出女小上森人水正生青石赤先千川早足村大男竹中虫町天田土二日入年白八百文本名木目夕立力林六引羽雲園遠黄何夏家科歌画会回海絵外角楽活間丸岩顔帰汽記弓牛魚京強教近兄形計元原言古戸午後語交光公工広考行高合国黒今才細作算止市思紙寺時自室社弱首秋週春書少場色食心新親図数星晴声西切雪船線前組走多太体台谷知地池茶昼朝長鳥直通弟店点電冬刀東当答頭同道読内南肉馬買売麦半番父風分聞米歩母方北妹毎万明鳴毛門夜野矢友曜用来理里話",
		names:  "健 翔太 美咲 陽子 直樹 恵 大輔 由美", surnames: "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村",
		hello: "お世話になっております。", bye: "よろしくお願いいたします。", wrote: "%s %s:", absent: "ただいま不在にしております。",
		charsets: []charset{{share: 60}, {"iso-2022-jp", japanese.ISO2022JP, 40}},
	},
	{
		name: "zh", share: 3, runs: true,
		common: "的 是 了 我 不 在 有 你 们 这 订单 发票 账户 问题 请 谢谢 打印机 密码 昨天 今天 更新 电话 号码",
		onsets: "人大中上下来到时地为子说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感",
		names:  "伟 芳 娜 敏 静 强 磊 洋", surnames: "王 李 张 刘 陈 杨 赵 黄",
		hello: "您好，", bye: "此致", wrote: "%s，%s 写道：", absent: "我目前不在办公室。",
		charsets: []charset{{share: 65}, {"gb18030", simplifiedchinese.GB18030, 35}},
	},
	{
		name: "ar", share: 4,
		common: "في من على أن إلى التي هذا مع لا ما هو كان عن الطلب الفاتورة الحساب خطأ الدفع شكرا مشكلة رقم أمس اليوم الطابعة كلمة المرور",
		onsets: "ب ت ث ج ح خ د ر ز س ش ص ط ع ف ق ك ل م ن ه", nuclei: "ا و ي ", endings: "ب ة ت ر ن ل م ين ات ها",
		names: "أحمد ليلى عمر سارة يوسف مريم خالد نور", surnames: "حداد منصور صالح عيسى نجار قاسم",
		hello: "السلام عليكم،", bye: "مع التحية", wrote: "في %s كتب %s:", absent: "أنا خارج المكتب.",
		charsets: []charset{{share: 85}, {"windows-1256", charmap.Windows1256, 15}},
	},
}

func drawLanguage(rnd *rand.Rand) string {
	n := rnd.IntN(100)
	for _, l := range languages {
		if n -= l.share; n < 0 {
			return l.name
		}
	}
	return "en"
}

// vocabulary is the language's words by rank: the common ones, then made ones.
func (l *language) vocabulary(size int) []string {
	rnd := rand.New(rand.NewPCG(3, uint64(len(l.common))))
	words := strings.Fields(l.common)
	onsets, nuclei, endings := strings.Fields(l.onsets), strings.Split(l.nuclei, " "), strings.Fields(l.endings)
	signs := []rune(l.onsets)
	draw := func(from []string) string { return from[rnd.IntN(len(from))] }
	seen := make(map[string]bool, size)
	for len(words) < size {
		var w string
		if l.runs {
			w = string(signs[rnd.IntN(len(signs))])
			for range rnd.IntN(3) {
				w += string(signs[rnd.IntN(len(signs))])
			}
		} else {
			for range 1 + rnd.IntN(3) {
				w += draw(onsets) + draw(nuclei)
			}
			w += draw(endings)
		}
		if !seen[w] || l.runs {
			seen[w] = true
			words = append(words, w)
		}
	}
	return words
}

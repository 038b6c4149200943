package report

import (
	forms "golang.org/x/text/feature/plural"
	"golang.org/x/text/message/catalog"
)

// russianCounts have three forms: of one, of a few, of many.
var russianCounts = map[string][3]string{
	"%d tickets":           {"%d заявка", "%d заявки", "%d заявок"},
	"%d messages":          {"%d сообщение", "%d сообщения", "%d сообщений"},
	"%d files":             {"%d файл", "%d файла", "%d файлов"},
	"%d contacts":          {"%d контакт", "%d контакта", "%d контактов"},
	"%d agents":            {"%d сотрудник", "%d сотрудника", "%d сотрудников"},
	"%d groups":            {"%d группа", "%d группы", "%d групп"},
	"%d organisations":     {"%d организация", "%d организации", "%d организаций"},
	"%d categories":        {"%d категория", "%d категории", "%d категорий"},
	"%d calls":             {"%d вызов", "%d вызова", "%d вызовов"},
	"and %d more":          {"и ещё %d", "и ещё %d", "и ещё %d"},
	"%d times, last on %s": {"%d раз, последний – %s", "%d раза, последний – %s", "%d раз, последний – %s"},
	"%d days":              {"%d день", "%d дня", "%d дней"},
	"%d months":            {"%d месяц", "%d месяца", "%d месяцев"},
}

// russianWords are the sentences that have one form.
var russianWords = map[string]string{
	"bytes": "байт", "kB": "кБ", "MB": "МБ", "GB": "ГБ", "TB": "ТБ",
	"Mon": "Пн", "Tue": "Вт", "Wed": "Ср", "Thu": "Чт", "Fri": "Пт", "Sat": "Сб", "Sun": "Вс",

	"How much is there?":                     "Сколько всего?",
	"How clean is it?":                       "Насколько чисто?",
	"Through which doors does it come?":      "Откуда приходят обращения?",
	"Who asks, and who answers?":             "Кто спрашивает и кто отвечает?",
	"What is it about?":                      "О чём заявки?",
	"When is it quiet?":                      "Когда тихо?",
	"How long do conversations stay active?": "Как долго живут разговоры?",
	"How well is it served?":                 "Насколько хорошо обслуживают?",
	"From %s to %s.":                         "С %s по %s.",
	"What does a move take?":                 "Чего потребует переезд?",
	"reading %s":                             "чтение из %s",
	"writing to %s":                          "запись в %s",
	"%d at once, each taken to last %s":      "по %d сразу, если каждый длится %s",
	"%.0f calls a minute, as configured":     "%.0f вызовов в минуту, как задано",
	"%s: %.0f calls a minute":                "%s: %.0f вызовов в минуту",
	"On the disk of the project: up to %s.":  "На диске проекта: до %s.",
	"Nothing of it goes by calls: --for zendesk tells what a move there takes.":                                                                             "Вызовов здесь нет: --for zendesk скажет, чего потребует переезд туда.",
	"These are estimates of a whole move by the usual number of calls; a run tells what it took. Mailboxes and files are as fast as the line and the disk.": "Это оценка целого переезда по обычному числу вызовов; прогон скажет, сколько их было. Почтовые ящики и файлы идут со скоростью линии и диска.",
	"tickets":                          "заявки",
	"messages":                         "сообщения",
	"files":                            "файлы",
	"contacts":                         "контакты",
	"organisations":                    "организации",
	"agents":                           "сотрудники",
	"groups":                           "группы",
	"categories":                       "категории",
	"size of files":                    "объём файлов",
	"size of texts":                    "объём текстов",
	"no date":                          "без даты",
	"all":                              "всего",
	"none":                             "нет",
	"By category:":                     "По категориям:",
	"Nothing was found amiss.":         "Ничего подозрительного не найдено.",
	"%d ×":                             "%d ×",
	"for example %s":                   "например, %s",
	"%s (%d)":                          "%s (%d)",
	"%d":                               "%d",
	"Channels: %s":                     "Каналы: %s",
	"last on %s":                       "последняя активность %s",
	"Statuses":                         "Статусы",
	"Priorities":                       "Приоритеты",
	"Types":                            "Типы",
	"Tags":                             "Метки",
	"Time zone: %s":                    "Часовой пояс: %s",
	"about %.1f messages":              "около %.1f сообщений",
	"First response (mean, median)":    "Первый ответ (среднее, медиана)",
	"Resolution (mean, median)":        "Решение (среднее, медиана)",
	"Reopened":                         "Открыты повторно",
	"Satisfaction":                     "Довольны",
	"The data do not tell.":            "Данные об этом не говорят.",
	"Agents, by messages written:":     "Сотрудники, по числу написанных сообщений:",
	"Groups, by tickets:":              "Группы, по числу заявок:",
	"Customers with most tickets:":     "Клиенты с наибольшим числом заявок:",
	"Organisations with most tickets:": "Организации с наибольшим числом заявок:",
	"Other addresses that stand beside them:": "Другие адреса, которые стоят рядом с ними:",
	"Senders that are machines:":              "Отправители-программы:",
	"What the tickets themselves say:":        "Что говорят сами заявки:",

	"If only what was opened since a date is moved:":                                                    "Если переносить только открытое начиная с даты:",
	"%s of the tickets stay behind, %s of the bytes":                                                    "остаются %s заявок, %s объёма",
	"Addresses of your own that customers write to:":                                                    "Ваши адреса, на которые пишут клиенты:",
	"%d contacts have a telephone number.":                                                              "Контактов с номером телефона: %d.",
	"%d customers ever asked, %d of them once.":                                                         "Клиентов, которые когда-либо обращались: %d, из них один раз: %d.",
	"%d agents never wrote, nor had a ticket: they need no seat.":                                       "Сотрудников, которые не писали и не вели заявок: %d; места им не нужны.",
	"Field %q of %s: nobody fills it in":                                                                "Поле %q (%s): никто не заполняет",
	"Field %q of %s: filled in %s, %d values: %s":                                                       "Поле %q (%s): заполнено в %s, разных значений %d: %s",
	"%s, guessed by when agents write; --zone says it":                                                  "%s, угадан по тому, когда пишут сотрудники; точно задаёт --zone",
	"%d %% of the conversations that had an answer are over after %.1f days":                            "%d %% разговоров с ответом закончены через %.1f дн.",
	"a delta on day %d brings about %s in %s, %s of all that will come":                                 "догрузка в день %d: примерно %s, %s, %s всего, что ещё придёт",
	"A last delta after %s brings 95 %% of it, by what came in %s.":                                     "Последняя догрузка через %s принесёт 95 %% этого, судя по данным за %s.",
	"%s, guessed by when customers write; --zone says it":                                               "%s, угадан по тому, когда пишут клиенты; точно задаёт --zone",
	"%s, since there is too little to guess it from; --zone says it":                                    "%s: угадать не по чему; точно задаёт --zone",
	"No ticket names an agent, and none wrote: the data do not tell who needs a seat.":                  "Ни одна заявка не называет исполнителя, и никто из сотрудников не писал: кому нужно место, данные не говорят.",
	"%s good, of %d that were rated: %s":                                                                "%s хороших из %d оценок: %s",
	"Nothing was found there. Look whether it is the right place: deskhaul check shows how it is read.": "Там ничего не нашлось. Посмотрите, то ли это место: deskhaul check покажет, как оно читается.",
	"Nobody is known as an agent":                                                                       "Никто не известен как сотрудник",
	"These messages answer other people's tickets. Say whose addresses are yours, such as --set from.agents.domains=acme.example: else all are customers, and no first response and no address of your own is known.": "Эти сообщения отвечают на чужие заявки. Укажите, чьи адреса ваши, например --set from.agents.domains=acme.example: иначе все считаются клиентами, и не видно ни первых ответов, ни ваших адресов.",
	"Organisations whose names differ only in how they are written":                "Организации, названия которых различаются только написанием",
	"Perhaps one organisation: join them in the source, or in the new helpdesk.":   "Может быть, одна организация: объедините их в источнике или в новой системе.",
	"Contacts with a telephone number that is none":                                "Контакты с негодным номером телефона",
	"Fewer than seven digits: mend it in the source, or it stands there as it is.": "Меньше семи цифр: исправьте в источнике, иначе он останется как есть.",
	"Agents, by tickets:":             "Сотрудники, по числу заявок:",
	"No ticket has a second message.": "Ни в одной заявке нет второго сообщения.",

	"Made by deskhaul. This page is complete in itself and asks for nothing from elsewhere; addresses in it lead to the helpdesks.": "Сделано deskhaul. Страница самодостаточна и ничего не загружает; адреса на ней ведут в системы поддержки.",

	"Assessment":             "Обзор",
	"size of all":            "общий объём",
	"since":                  "начиная с",
	"of tickets stay behind": "заявок остаётся",
	"of bytes stay behind":   "объёма остаётся",
	"Tickets by the year in which they were opened": "Заявки по году открытия",
	"Fields": "Поля", "field": "поле", "of": "чего", "filled in": "заполнено", "different values": "разных значений", "values": "значения",
	"The quietest times for a cutover of %d hours":      "Самое тихое время для перехода длиной %d ч",
	"Conversations by how long they lived":              "Разговоры по продолжительности",
	"What a delta brings, by the day after the cutover": "Что принесёт догрузка, по дням после перехода",
	"< %d h": "< %d ч", "< %d d": "< %d дн",

	"What the source could not read (%s)":     "Что источник не смог прочитать (%s)",
	"It goes to quarantine, with the reason.": "Попадает в карантин с указанием причины.",
	"Second copies": "Вторые копии",
	"The same message or row again: the first counts.":              "То же сообщение или строка ещё раз: считается первая.",
	"Contacts that share an address with another":                   "Контакты с общим адресом",
	"Contacts that share a telephone number with another":           "Контакты с общим номером телефона",
	"Perhaps one person twice, perhaps one office.":                 "Может быть, один человек дважды, может быть, один офис.",
	"Contacts of one name in one organisation":                      "Контакты с одним именем в одной организации",
	"Perhaps one person with several addresses.":                    "Может быть, один человек с несколькими адресами.",
	"Contacts with an address that is none":                         "Контакты с негодным адресом",
	"Contacts with neither address nor number":                      "Контакты без адреса и без номера",
	"Agents that share an address with another":                     "Сотрудники с общим адресом",
	"Agents that tickets name and that there are not":               "Сотрудники, названные в заявках, которых нет",
	"Tickets without a requester":                                   "Заявки без автора",
	"Tickets without a subject":                                     "Заявки без темы",
	"Give them one in the mapping.":                                 "Дайте им тему в сопоставлении.",
	"Tickets without a message":                                     "Заявки без сообщений",
	"Tickets that do not say when they were opened":                 "Заявки без даты открытия",
	"They are dated with the day of the move.":                      "Они получат дату переноса.",
	"Tickets with a date that cannot be":                            "Заявки с невозможной датой",
	"Tickets with a message older than the one before":              "Заявки, где сообщение старше предыдущего",
	"Tickets with more than 200 messages":                           "Заявки, в которых больше 200 сообщений",
	"Messages that say nothing":                                     "Пустые сообщения",
	"Without text or file. Some helpdesks refuse them.":             "Без текста и файлов. Некоторые системы их не принимают.",
	"Texts whose letters an encoding got wrong":                     "Тексты с испорченной кодировкой",
	"Messages whose Message-ID another has too":                     "Сообщения с одинаковым Message-ID",
	"Copies of one mail, or one mail in several tickets.":           "Копии одного письма или одно письмо в нескольких заявках.",
	"Files of more than 20 MiB":                                     "Файлы больше 20 МиБ",
	"Most helpdesks refuse them: they are left out and told.":       "Большинство систем их не принимает: они не переносятся, и об этом сообщается.",
	"Files without a byte":                                          "Пустые файлы",
	"Some helpdesks refuse them.":                                   "Некоторые системы их не принимают.",
	"Files without a name":                                          "Файлы без имени",
	"They get one.":                                                 "Они его получат.",
	"Files that cannot be read":                                     "Файлы, которые не читаются",
	"They are lost already; their tickets are moved without them.":  "Они уже потеряны; заявки переносятся без них.",
	"Custom fields that almost nobody fills in":                     "Поля, которые почти никто не заполняет",
	"Custom fields that say the same everywhere":                    "Поля, в которых везде одно и то же",
	"They tell nothing: they need not be made in the new helpdesk.": "Они ничего не говорят: в новой системе они не нужны.",
	"Tags that one ticket has":                                      "Метки, которые есть у одной заявки",
	"A move is the time to leave them behind.":                      "Переезд – время от них избавиться.",
	"Contacts that tickets name and that there are not":             "Контакты, названные в заявках, которых нет",
	"Organisations that contacts name and that there are not":       "Организации, названные в контактах, которых нет",
	"Groups that tickets name and that there are not":               "Группы, названные в заявках, которых нет",
	"Categories that tickets name and that there are not":           "Категории, названные в заявках, которых нет",
	"They were deleted. Their tickets come without them.":           "Их удалили. Заявки переносятся без них.",
	"They were deleted. Their contacts come without them.":          "Их удалили. Контакты переносятся без них.",

	"They become one person where the mapping joins people; look which name is right.":                                                                                "Они станут одним человеком, если сопоставление объединяет людей; посмотрите, какое имя верное.",
	"Helpdesks refuse such an address, and the tickets of who has it wait: mend it in the source, or leave it out in the mapping (deskhaul help mapping, recipe 11).": "Системы не принимают такой адрес, и заявки его владельца ждут: исправьте его в источнике или уберите в сопоставлении (deskhaul help mapping, рецепт 11).",
	"Nothing but their name says who they are, so they cannot be matched with anybody.":                                                                               "Кто они, говорит только имя, поэтому сопоставить их не с кем.",
	"One seat for both: name in the mapping which of them goes where.":                                                                                                "Одно место на двоих: укажите в сопоставлении, кто куда.",
	"They left or were deleted. Map them to somebody, or their tickets come without.":                                                                                 "Они ушли или удалены. Сопоставьте их с кем-нибудь, иначе заявки останутся без них.",
	"Many helpdesks want one: somebody stands in, or they are refused.":                                                                                               "Многие системы требуют автора: кто-то встанет на его место, или заявки не примут.",
	"Many helpdesks want a first message: one is made up, and told.":                                                                                                  "Многие системы требуют первого сообщения: оно будет создано, и об этом сообщается.",
	"Before 1985 or in the future: a clock was wrong, and helpdesks refuse such dates.":                                                                               "До 1985 года или в будущем: часы шли неверно, и системы не принимают таких дат.",
	"Messages are put in order of their times; look whether these are right.":                                                                                         "Сообщения располагаются по времени; проверьте, верно ли оно.",
	"Some helpdesks take fewer: what is too much waits in quarantine, and the plan tells it.":                                                                         "Некоторые системы принимают меньше: лишнее попадёт в карантин, и план об этом скажет.",
	"They come as they stand. Look whether the source can give them again in the right encoding.":                                                                     "Они переносятся как есть. Посмотрите, может ли источник отдать их в верной кодировке.",
	"Fewer than one in a hundred: they need not be made in the new helpdesk.":                                                                                         "Меньше одной из ста: в новой системе они не нужны.",
}

func russian() map[string][]catalog.Message {
	out := map[string][]catalog.Message{}
	for _, words := range russianAll {
		for key, said := range words {
			out[key] = []catalog.Message{catalog.String(said)}
		}
	}
	for _, x := range []struct {
		by    int // the argument whose form it is
		words map[string][3]string
	}{{1, russianCounts}, {1, russianPageCounts}, {2, russianOf}} {
		for key, f := range x.words {
			out[key] = []catalog.Message{forms.Selectf(x.by, "%d", forms.One, f[0], forms.Few, f[1], forms.Other, f[2])}
		}
	}
	return out
}

// russianAll are all sentences that have one form.
var russianAll = []map[string]string{russianWords, russianPages, russianVerification, russianSample}

package report

// russianVerification are the sentences of the page of a verification that have one form.
var russianVerification = map[string]string{
	"Expected": "Ожидается", "There": "Есть", "Left out by a rule": "Пропущено по правилу",
	"Files were compared by their sizes alone.": "Файлы сравнивались только по размеру.",
	"Read back in %s":               "Прочитано обратно за %s",
	"%s, with %s":                   "%s, %s",
	"%s, in several parts since %s": "%s, по частям с %s",

	"What %s wrote was looked at: %s.":                       "Просмотрено записанное (%s): %s.",
	"Of %s, %d were looked at, drawn at random (--seed %s).": "Из числа %s случайно выбрано и просмотрено %d (--seed %s).",

	"%s in what could be looked at, %d could not be": "%s в том, что удалось посмотреть (не удалось: %d)",
	"%d in quarantine or waiting":                    "%d в карантине или ждут",
	"%d not written yet":                             "%d ещё не записано",

	"no difference in %d of %d tickets drawn at random":                   "ни одного расхождения в %d из %d заявок, выбранных случайно",
	"differences in %d of %d tickets looked at, of %d drawn at random":    "расхождения в %d из %d просмотренных заявок, случайно выбранных из %d",
	"%s (%d not wholly seen, which may differ)":                           "%s (%d просмотрены не целиком и могут отличаться)",
	"%s: that is all of them":                                             "%s: это все",
	"%s: with 95%% confidence between %s and %s of all differ (%d to %s)": "%s: с достоверностью 95%% отличаются от %s до %s всех (от %d до: %s)",
	"%s: with 95%% confidence at most %s of all differ (%s)":              "%s: с достоверностью 95%% отличаются не более %s всех (%s)",

	"Not there": "Отсутствует", "There more than once": "Есть несколько раз", "Different": "Отличается", "Could not be looked at": "Не удалось посмотреть",
	"In quarantine, or waiting": "В карантине или ждёт", "Not written yet": "Ещё не записано", "Lost as planned": "Потеряно по плану",
	"Kept in a private note, as planned": "Сохранено во внутренней заметке, по плану", "Changed since, and settled": "Изменено с тех пор и улажено",
	"Gone from the source": "Исчезло из источника", "Written there by others": "Написано в приёмнике другими",

	"It was written, and does not stand at the target any more. A difference.":               "Было записано, но в приёмнике этого больше нет. Расхождение.",
	"One thing of the source stands at the target several times. A difference.":              "Одна вещь источника стоит в приёмнике несколько раз. Расхождение.",
	"It stands there and says something else than the source and the mapping. A difference.": "Есть, но говорит не то, что источник и сопоставление. Расхождение.",
	"Nobody knows whether it is right: the same command looks at it again.":                  "Неизвестно, верно ли это: та же команда посмотрит ещё раз.",
	"It was not written, and a reason is known: see deskhaul quarantine.":                    "Не записано, и причина известна: см. deskhaul quarantine.",
	"The target has no room for it, as the plan and the run told.":                           "В приёмнике для этого нет места, как и говорили план и прогон.",
	"It was written, the source has it no more, and the target keeps it.":                    "Было записано, в источнике этого больше нет, а приёмник хранит.",
	"Somebody wrote it at the target. It is left alone.":                                     "Кто-то написал это в приёмнике. Оно не трогается.",

	"The source has it, and no run has written it so: it came since the last one, that one did not come to it, or it was taken back. The next run brings it.": "В источнике это есть, но ни один прогон так не записал: пришло после последнего, он до этого не дошёл, или это было отозвано. Следующий прогон принесёт.",
	"It stays as it is: the agents made it so and are right by the policy, merged it, or the source edited what had been sent.":                               "Остаётся как есть: так сделали сотрудники, и по правилу они правы, или объединили заявки, или источник изменил отправленное.",

	"Tickets by status": "Заявки по статусам", "Tickets by month": "Заявки по месяцам", "Tickets by category": "Заявки по категориям", "Tickets by agent": "Заявки по сотрудникам",
	"as each ticket stands now": "как каждая заявка стоит сейчас",
	"as the target calls it":    "как это называет приёмник",
	"of the ticket's creation, or of its first message where that is not known; in UTC":                                                       "создания заявки или её первого сообщения, если оно неизвестно; в UTC",
	"to whom the ticket is assigned now, as the target calls them":                                                                            "на кого заявка назначена сейчас, как их называет приёмник",
	"time from a ticket's creation to the first public message of an agent after the first one; mean and median of the tickets that have one": "время от создания заявки до первого публичного ответа сотрудника; среднее и медиана по заявкам, где он есть",
	"time from a ticket's creation to when it was last solved, or closed where that is not known; mean and median of the tickets that were":   "время от создания заявки до последнего решения (или закрытия, если оно неизвестно); среднее и медиана по решённым заявкам",
	"of the tickets that are or were solved or closed, those that went back to another status at least once":                                  "из заявок, которые решены или закрыты или были такими, – те, что хотя бы раз вернулись в другой статус",
	"of the tickets with a rating, those whose score is good: a word of praise, or a number of at least four fifths of the scale":             "из заявок с оценкой – те, у которых она хорошая: слово похвалы или число не ниже четырёх пятых шкалы",
	"Both sides are counted over the same tickets: those that stand on both and were looked at.":                                              "Обе стороны посчитаны по одним и тем же заявкам: тем, что есть на обеих и были просмотрены.",
	"the target does not keep %s": "приёмник не хранит: %s",
}

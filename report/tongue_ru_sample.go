package report

// russianSample are the sentences on a sample, each ticket beside its copy.
var russianSample = map[string]string{
	"Sample": "Выборка", "Ticket": "Заявка", "Picked because of": "Почему выбрана", "Compared": "Сравнение", "look": "смотреть",
	"Each ticket beside its copy, as it was read back from the target. What is marked is not the same.": "Каждая заявка рядом со своей копией, прочитанной обратно из приёмника. Отмеченное не совпадает.",
	"These tickets would be moved first: each for what it shows.":                                       "Эти заявки были бы перенесены первыми: каждая показывает что-то своё.",
	"As mapped": "После сопоставления", "Message %d": "Сообщение %d", "A note of deskhaul's": "Заметка deskhaul",
	"The source has no such message: it is made of what the target has no room for.": "В источнике такого сообщения нет: в нём то, для чего в приёмнике нет места.",
	"The source has no such message.":                                                "В источнике такого сообщения нет.", "It does not stand there.": "В приёмнике его нет.",
	"private note": "внутренняя заметка", "public": "открытое", "to": "кому", "copy": "копия", "subject": "тема", "nobody": "неизвестно кто",
	"(no text)": "(без текста)", "(no subject)": "(без темы)", "(no name)": "(без имени)", "none": "нет",
	"The text is the same.": "Текст тот же.", "The page of HTML, as it was sent": "Страница HTML, как она была отправлена",
	"and a page of HTML (%s)": "и страница HTML (%s)", "%s more are not shown": "ещё %s не показано", "inside the text": "внутри текста",
	"the same bytes": "байты те же", "other bytes": "байты другие", "bytes not compared": "байты не сравнивались",
	"no difference": "различий нет", "%s, %s": "%s, %s", "%d fields lost": "потеряно полей: %d", "not compared: %s": "не сравнивалась: %s", "not wholly compared: %s": "сравнивалась не вся: %s",

	"many messages (%d)": "много сообщений (%d)", "many files (%d)": "много файлов (%d)", "a large file (%s)": "большой файл (%s)",
	"inline images": "картинки внутри текста", "private notes": "внутренние заметки", "people in copy": "адресаты в копии", "merged into another": "объединена с другой",
	"an agent who is deleted or disabled": "удалённый или отключённый сотрудник", "characters that were lost": "потерянные символы",
	"written from both sides": "письмо в обе стороны", "much that is not ASCII (%d letters)": "много символов не из ASCII (%d)", "a large page of HTML (%s)": "большая страница HTML (%s)",
	"many custom fields (%d)": "много своих полей (%d)", "nobody who asked": "без автора", "many people (%d)": "много участников (%d)",
	"among the oldest": "из самых старых", "among the newest": "из самых новых", "status %s": "статус %s", "category %s": "категория %s", "priority %s": "приоритет %s", "an ordinary one": "обычная",
}

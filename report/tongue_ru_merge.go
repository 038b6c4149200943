package report

// russianMerge are the sentences on what comes together.
var russianMerge = map[string]string{
	"What comes together": "Что соединяется", "Person": "Человек", "Contacts": "Контакты", "They share": "Общее", "They differ in": "Расхождения",
	"%s; they differ in %d": "%s; расхождения у %d", "%s are %s": "%s – это %s",
	"One name in several sources": "Одно имя в нескольких источниках", "%s: several become one": "%s: несколько становятся одним",
	"ticket numbers, on different tickets":                "номера заявок, которые есть у разных заявок",
	"Tickets that each group will have, by source":        "Сколько заявок будет у каждой группы, по источникам",
	"Tickets that each category will have, by source":     "Сколько заявок будет в каждой категории, по источникам",
	"Tags that several have, by tickets":                  "Метки, которые есть в нескольких источниках, по числу заявок",
	"Custom fields that several have, and what they hold": "Свои поля, которые есть в нескольких источниках, и что в них",
	"text": "текст", "number": "число", "yes/no": "да/нет", "list": "список",
}

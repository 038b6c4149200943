package report

// russianFields are what our own fields are called.
var russianFields = map[string]string{
	"subject": "тема", "status": "статус", "priority": "приоритет", "type": "тип", "tags": "метки", "channel": "канал", "created": "создано", "updated": "изменено",
	"solved": "решено", "closed": "закрыто", "due": "срок", "rating": "оценка", "history": "история статусов", "requester": "автор", "assignee": "исполнитель",
	"group": "группа", "category": "категория", "cc": "копии", "followers": "наблюдатели", "order": "порядок", "file": "файл", "note": "внутренняя заметка",
	"name": "имя", "email": "адрес", "emails": "адреса", "phones": "телефоны", "language": "язык", "zone": "часовой пояс", "organization": "организация",
	"message.at": "время", "message.author": "автор", "message.text": "текст", "message.links": "ссылки", "message.html": "HTML", "message.to": "кому", "message.cc": "копия",
	"participants": "участники", "merged_into": "объединена с", "number": "номер", "bytes": "байты", "size": "размер", "cid": "Content-ID", "message.note": "внутренняя заметка",
	"message.from": "от кого", "from": "от кого", "message.subject": "тема", "text": "текст", "html": "HTML", "at": "время", "author": "автор",
}

// russianValues are what our own statuses and priorities are called.
var russianValues = map[string]string{
	"new": "новая", "open": "открыта", "pending": "ожидание", "solved": "решена", "closed": "закрыта",
	"low": "низкий", "normal": "обычный", "high": "высокий", "urgent": "срочный",
}

package suggest

import (
	"strings"
	"sync"
)

// The lists have a concept a line and the words for it, in the form of plain. The words of
// Russian stand in the forms in which they are seen in helpdesks. Words of other languages
// than these two are compared letter by letter only.

const fieldWords = `
priority:priority,prio,urgency,severity,importance,приоритет,срочность,важность,критичность
impact:impact,влияние,степень влияния
status:status,state,stage,статус,состояние,стадия,этап
type:type,kind,ticket type,request type,issue type,тип,вид,тип заявки,тип обращения,вид обращения
category:category,topic,subject area,категория,тема обращения,рубрика,раздел
subcategory:subcategory,sub category,subtopic,подкатегория
group:group,team,department,dept,division,unit,отдел,департамент,группа,команда,подразделение,служба
queue:queue,очередь
agent:agent,assignee,owner,responsible,operator,исполнитель,ответственный,оператор,назначен
requester:requester,customer,client,reporter,submitter,заявитель,клиент,заказчик,инициатор,пользователь
company:company,organization,organisation,account,employer,компания,организация,фирма,контрагент,юрлицо
product:product,товар,продукт,изделие
model:model,модель
serial:serial,serial number,serial no,sn,серийный номер,заводской номер,с н
service:service,услуга,сервис
system:system,application,app,software,система,приложение,программа,по,информационная система
module:module,component,модуль,компонент
version:version,release,build,версия,релиз,сборка
platform:platform,os,operating system,платформа,ос,операционная система
browser:browser,браузер
environment:environment,env,среда,окружение,контур
channel:channel,source,origin,via,канал,источник,канал обращения,способ обращения
reason:reason,cause,root cause,причина,причина обращения,первопричина
resolution:resolution,solution,outcome,решение,результат
rating:rating,satisfaction,csat,score,оценка,удовлетворенность,рейтинг
country:country,страна
region:region,state province,регион,область,край
city:city,town,город,населенныи пункт
address:address,street address,адрес,место
office:office,branch,location,site,офис,филиал,площадка,точка,магазин
room:room,кабинет,помещение,комната
language:language,locale,lang,язык
phone:phone,phone number,telephone,tel,mobile,телефон,номер телефона,тел,мобильный,мобильныи телефон
email:email,e mail,mail,email address,почта,эл почта,электронная почта,адрес электроннои почты,емеил,имеил
website:website,url,site url,web,link,саит,ссылка,веб саит
position:position,job title,job,role,должность,роль
contract:contract,contract number,agreement,договор,номер договора,контракт
invoice:invoice,invoice number,bill,счет,номер счета,счет фактура
order:order,order number,order id,order no,purchase,заказ,номер заказа,no заказа
amount:amount,sum,total,cost,price,сумма,стоимость,цена,итого
currency:currency,валюта
quantity:quantity,qty,count,number of,количество,кол во
inn:inn,tax id,tin,vat,vat number,инн,налоговыи номер
kpp:kpp,кпп
date:date,дата
due:due,due date,deadline,due at,срок,краинии срок,дедлаин,срок исполнения,срок решения
created:created,created at,creation date,opened,дата создания,создано,создана,открыта
closed at:closed at,closing date,дата закрытия
solved at:solved at,resolved at,resolution date,дата решения
visit:visit,visit date,appointment,выезд,дата выезда,визит
delivery:delivery,shipping,shipment,доставка
repair:repair,ремонт
warehouse:warehouse,stock,склад
purchase:purchase,buying,покупка
size:size,scale,dimension,размер,величина,габариты
warranty:warranty,guarantee,гарантия,гарантииныи
vip:vip,is vip,вип,важныи клиент
plan:plan,tariff,subscription,тариф,тарифныи план,подписка
sla:sla,service level,соглашение,уровень сервиса,уровень обслуживания
project:project,проект
manager:manager,account manager,менеджер,руководитель
note:note,notes,comment,remark,description,примечание,комментарии,заметка,описание
birthday:birthday,birth date,date of birth,день рождения,дата рождения
tags:tags,labels,теги,метки
external id:external id,legacy id,old id,внешнии код,внешнии id,старыи номер
effort:effort,time spent,hours,work time,трудозатраты,затраченное время,часы
`

const valueWords = `
new:new,created,unassigned,новыи,новая,новое,создан,создана,не назначен,зарегистрирован,зарегистрирована,зарегистрировано,не обработана
open:open,opened,active,in progress,working,assigned,reopened,started,открыт,открыта,открыто,в работе,назначен,назначена,принят,принята,переоткрыт,активен,в обработке,обрабатывается,выполняется,в процессе,на исполнении,на рассмотрении,не решена,не решено
pending:pending,waiting,awaiting,waiting for customer,waiting on customer,awaiting reply,awaiting customer,waiting for reply,в ожидании,ожидание,ожидает,ждем ответа,ждем клиента,ожидает ответа,ожидание ответа,ожидание клиента,ожидание ответа клиента,запрос информации,на согласовании,согласование,на уточнении,уточнение,требует уточнения,ожидание клиента,ждет ответа клиента
hold:hold,on hold,onhold,stalled,postponed,deferred,paused,waiting on third party,waiting for third party,отложен,отложена,приостановлен,приостановлена,на удержании,пауза,ожидание третьеи стороны
solved:solved,resolved,done,fixed,completed,complete,answered,решен,решена,решено,выполнен,выполнена,выполнено,готово,исполнен,исполнена
closed:closed,archived,finished,закрыт,закрыта,закрыто,архив,завершен,завершена,завершено
cancelled:cancelled,canceled,rejected,declined,отменен,отменена,отклонен,отклонена,отказ,отказано,дубликат,дубль,duplicate
low:low,lowest,minor,trivial,p4,p5,низкии,низкая,низкое,минимальныи
normal:normal,medium,middle,standard,default,regular,moderate,p3,среднии,средняя,обычныи,обычная,нормальныи,нормальная,стандартныи
high:high,major,important,p2,высокии,высокая,высокое,важныи,важная
urgent:urgent,critical,highest,blocker,emergency,immediate,p1,p0,срочныи,срочная,срочно,критическии,критичныи,критичная,критическая,авариныи,авария,наивысшии,максимальныи
question:question,query,inquiry,enquiry,how to,вопрос,консультация,справка
incident:incident,outage,failure,breakdown,инцидент,сбои,авария оборудования,неисправность,поломка
problem:problem,defect,проблема,дефект
bug:bug,error,ошибка,баг
task:task,to do,задача,задание,поручение
request:service request,request,запрос на обслуживание,запрос,заявка
feature:feature,feature request,enhancement,suggestion,improvement,idea,предложение,пожелание,доработка,улучшение,идея
complaint:complaint,claim,жалоба,претензия,рекламация
feedback:feedback,review,отзыв
order:order,purchase,заказ,покупка
refund:refund,return,возврат
email:email,e mail,mail,почта,электронная почта,эл почта,письмо
phone:phone,call,telephone,voice,телефон,звонок
web:web,portal,web form,form,website,help center,саит,портал,форма,веб форма,личныи кабинет
chat:chat,messenger,messaging,live chat,чат,мессенджер,онлаин чат
social:social,twitter,facebook,vk,telegram,соцсети,социальные сети,вк,телеграм
api:api,integration,апи,интеграция
small:small,little,малыи,маленькии,мелкии
large:large,big,крупныи,большои
yes:yes,true,да,истина
no:no,false,нет,ложь
good:good,satisfied,хорошо,положительно,доволен
bad:bad,unsatisfied,dissatisfied,плохо,отрицательно,недоволен
other:other,misc,miscellaneous,другое,прочее,иное
none:none,not set,n a,нет данных,не указано,не задано
russia:russia,russian federation,ru,россия,рф
`

const shelfWords = `
support:support,helpdesk,help desk,service desk,customer support,customer service,поддержка,служба поддержки,техподдержка,техническая поддержка,отдел поддержки,tech support,technical support
first line:first line,line 1,l1,tier 1,level 1,1st line,first level,frontline,первая линия,1 линия,линия 1,1 я линия
second line:second line,line 2,l2,tier 2,level 2,2nd line,second level,вторая линия,2 линия,линия 2,2 я линия
third line:third line,line 3,l3,tier 3,level 3,3rd line,третья линия,3 линия,линия 3,3 я линия
sales:sales,sales department,sales team,продажи,отдел продаж
billing:billing,payments,invoices,биллинг,оплата,расчеты,платежи,счета
accounting:accounting,finance,accounts,finance department,бухгалтерия,финансы,финансовыи отдел
it:it,it department,ит,ит отдел,отдел ит,айти,аити
development:development,developers,engineering,dev,r d,разработка,разработчики,отдел разработки
marketing:marketing,маркетинг,отдел маркетинга
hr:hr,human resources,personnel,кадры,отдел кадров,персонал
logistics:logistics,delivery,shipping,логистика,доставка,служба доставки,отдел логистики
warehouse:warehouse,stock,склад
legal:legal,law,lawyers,юристы,юридическии отдел,правовои отдел
security:security,infosec,безопасность,служба безопасности,информационная безопасность
procurement:procurement,purchasing,закупки,отдел закупок,снабжение
management:management,managers,administration,руководство,администрация,дирекция
quality:quality,qa,quality assurance,качество,отдел качества,тестирование
returns:returns,refunds,возвраты
complaints:complaints,claims,жалобы,претензии,рекламации
general:general,default,common,общая,общее,общие вопросы,общии
other:other,misc,прочее,другое,разное
hardware:hardware,equipment,оборудование,железо,техника
software:software,apps,applications,программы,программное обеспечение,по
network:network,networks,internet,сеть,сети,интернет
`

// The three dictionaries are parsed once and never changed.
var (
	fieldConcepts = sync.OnceValue(func() map[string]string { return dictionary(fieldWords) })
	valueConcepts = sync.OnceValue(func() map[string]string { return dictionary(valueWords) })
	shelfConcepts = sync.OnceValue(func() map[string]string { return dictionary(shelfWords) })
)

func dictionary(list string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(list) {
		concept, known, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		for w := range strings.SplitSeq(known, ",") {
			m[plain(w)] = concept
		}
	}
	return m
}

func fieldConcept(name string) string { return fieldConcepts()[name] }
func valueConcept(name string) string { return valueConcepts()[name] }
func shelfConcept(name string) string { return shelfConcepts()[name] }

package table

import (
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// dictionary lists by concept how columns are called: English, Russian, German,
// French, Spanish, Italian, Portuguese, Polish, Dutch, Turkish, Chinese,
// Japanese, and some of their neighbours. The words are in the form of plain.
//
// It is parsed once and never changed.
var dictionary = sync.OnceValue(func() map[string][]string {
	d := map[string][]string{}
	for line := range strings.Lines(peopleWords + shelfWords + ticketWords + timeWords + messageWords) {
		concept, list, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		for w := range strings.SplitSeq(list, ",") {
			d[strings.TrimSpace(concept)] = append(d[strings.TrimSpace(concept)], plain(w))
		}
	}
	return d
})

// kindWords lists how sheets of each kind are called.
var kindWords = sync.OnceValue(func() map[desk.Kind][]string {
	w := map[desk.Kind][]string{}
	for line := range strings.Lines(sheetWords) {
		kind, list, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		for name := range strings.SplitSeq(list, ",") {
			w[desk.Kind(kind)] = append(w[desk.Kind(kind)], plain(name))
		}
	}
	return w
})

const sheetWords = `
ticket:ticket,tickets,ticket data,issues,cases,requests,conversations,заявки,обращения,тикеты,anfragen,vorgänge,demandes,solicitudes,casos,richieste,chamados,zgłoszenia,verzoeken,talepler,工单,チケット,お問い合わせ,заявка,обращение,case,issue,request
message:message,messages,comment,comments,replies,articles,сообщения,комментарии,ответы,nachrichten,kommentare,commentaires,mensajes,comentarios,messaggi,commenti,mensagens,comentários,wiadomości,komentarze,berichten,mesajlar,消息,回复,メッセージ,コメント,messagerie
contact:contact,contacts,customer,customers,client,clients,users,people,end users,requesters,контакты,клиенты,пользователи,заявители,kontakte,kunden,personnes,contactos,clientes,usuarios,contatti,clienti,contatos,kontakty,klienci,klanten,kişiler,müşteriler,联系人,客户,連絡先,顧客,user
organization:organization,organizations,organisation,organisations,company,companies,accounts,организации,компании,firmen,organisationen,unternehmen,entreprises,sociétés,empresas,organizaciones,aziende,organizzazioni,organizações,firmy,organizacje,bedrijven,şirketler,组织,公司,会社,組織
group:group,groups,team,teams,группы,отделы,команды,gruppen,groupes,équipes,grupos,equipos,gruppi,equipes,grupy,groepen,gruplar,团队,グループ
agent:agent,agents,staff,operators,employees,агенты,сотрудники,операторы,исполнители,mitarbeiter,agenten,agentes,agenti,agenci,pracownicy,medewerkers,temsilciler,客服,担当者
category:category,categories,queue,queues,topics,категории,очереди,темы,kategorien,catégories,categorías,categorie,categorias,kategorie,categorieën,kategoriler,类别,分类,カテゴリ
`

const peopleWords = `
contact_id:id,contact id,customer id,user id,client id,код,код клиента,ид,идентификатор,kundennummer,kunden id,identifiant,identificador,kundenr,klantnummer,müşteri no,编号,客户编号,顧客id,顧客番号
agent_id:id,agent id,user id,код,ид,идентификатор,identifiant,personalnummer,编号
person_name:name,full name,fullname,contact name,customer name,display name,имя,фио,полное имя,контактное лицо,имя клиента,клиент,vollständiger name,kunde,ansprechpartner,nom,nom complet,nombre,nombre completo,nome,nome completo,imię i nazwisko,nazwa,naam,volledige naam,ad soyad,isim,姓名,名称,名前,氏名,お名前,이름,meno,jméno,nume,имя и фамилия,ім'я
agent_name:name,full name,fullname,agent,agent name,employee,employee name,operator,user name,display name,staff,имя,фио,полное имя,сотрудник,имя сотрудника,фио сотрудника,исполнитель,оператор,агент,ответственный,специалист,менеджер,vollständiger name,mitarbeiter,bearbeiter,agent,nom,nom complet,agente,nombre,nombre completo,nome,nome completo,imię i nazwisko,pracownik,naam,volledige naam,medewerker,ad soyad,temsilci,姓名,名前,氏名,客服,担当者,имя и фамилия
first_name:first name,firstname,given name,forename,имя собственное,vorname,prénom,primer nombre,nome proprio,primeiro nome,imię,voornaam,ad,名,křestní jméno
last_name:last name,lastname,surname,family name,фамилия,nachname,familienname,nom de famille,apellido,apellidos,cognome,sobrenome,apelido,nazwisko,achternaam,soyad,soyadı,姓,příjmení
email:email,e mail,mail,email address,e mail address,primary email,emails,почта,эл почта,электронная почта,адрес электронной почты,эл адрес,емейл,имейл,мейл,e mail adresse,mailadresse,courriel,adresse e mail,adresse email,correo,correo electrónico,indirizzo email,posta elettronica,endereço de e mail,correio eletrónico,adres e mail,poczta,e mailadres,e posta,eposta,e posta adresi,邮箱,电子邮件,电子邮箱,邮件地址,メール,メールアドレス,이메일,пошта,электронный адрес
phone:phone,phone number,telephone,tel,mobile,mobile phone,cell,phones,телефон,номер телефона,моб телефон,мобильный,мобильный телефон,тел,telefon,telefonnummer,rufnummer,handy,téléphone,portable,teléfono,móvil,telefono,cellulare,telefone,celular,numer telefonu,komórka,telefoonnummer,telefoon,cep telefonu,电话,手机,电话号码,電話,電話番号,携帯電話,전화
language:language,locale,lang,язык,sprache,langue,idioma,lingua,język,taal,dil,语言,言語
zone:time zone,timezone,tz,zone,часовой пояс,zeitzone,fuseau horaire,zona horaria,fuso orario,fuso horário,strefa czasowa,tijdzone,saat dilimi,时区,タイムゾーン
contact_note:note,notes,remark,remarks,details,about,comment,заметка,заметки,примечание,примечания,комментарий,notiz,notizen,bemerkung,bemerkungen,remarques,nota,notas,observaciones,osservazioni,observações,notatka,uwagi,notitie,opmerkingen,not,notlar,备注,備考,メモ
role:role,user role,user type,роль,тип пользователя,rolle,rôle,rol,ruolo,função,papel,rola,角色,役割
domains:domain,domains,domain names,email domains,домен,домены,domäne,domänen,domaine,domaines,dominio,dominios,domini,domínio,domínios,domena,domeny,domein,domeinen,alan adı,域名,ドメイン
disabled:disabled,suspended,blocked,inactive,отключен,заблокирован,deaktiviert,gesperrt,désactivé,desactivado,disattivato,desativado,zablokowany,uitgeschakeld,devre dışı,停用,無効
active:active,enabled,активен,включен,aktiv,actif,activo,attivo,ativo,aktywny,actief,etkin,启用,有効
`

const shelfWords = `
organization_id:id,organization id,organisation id,company id,account id,код,ид,инн,идентификатор,firmennummer,identifiant,identificador,编号
org:organization id,organisation id,company id,account id,org id,код организации,ид организации,id организации,id компании,firmen id,id entreprise,id empresa
org_name:organization,organisation,company,company name,organization name,account,account name,employer,организация,компания,фирма,название компании,название организации,предприятие,работодатель,firma,unternehmen,firmenname,gesellschaft,société,entreprise,organisme,empresa,compañía,organización,azienda,società,ditta,organização,companhia,bedrijf,organisatie,bedrijfsnaam,şirket,kurum,公司,企业,单位,公司名称,会社,会社名,企業名,organizacja,회사,компанія
organization_title:name,organization,organisation,company,company name,organization name,account name,title,название,наименование,организация,компания,фирма,name der firma,firma,unternehmen,nom,société,entreprise,nombre,empresa,nome,azienda,ragione sociale,nazwa,nazwa firmy,naam,bedrijf,bedrijfsnaam,ad,şirket,名称,公司,公司名称,会社名,組織名
shelf_id:id,code,key,group id,category id,код,ид,идентификатор,schlüssel,kennung,identifiant,identificador,kod,编号
shelf_title:name,title,group,group name,category,category name,queue,название,наименование,имя,группа,категория,bezeichnung,gruppe,kategorie,nom,titre,groupe,catégorie,nombre,grupo,categoría,nome,gruppo,categoria,nazwa,grupa,kategoria,naam,groep,categorie,ad,grup,kategori,名称,类别,名前,カテゴリ
group:group id,team id,id группы,код группы,gruppen id,id groupe,id grupo
group_name:group,team,group name,team name,assigned group,department,support group,группа,отдел,команда,линия поддержки,gruppe,team name,abteilung,groupe,équipe,service,grupo,equipo,departamento,gruppo,squadra,reparto,equipe,grupa,zespół,dział,groep,afdeling,grup,ekip,departman,组,团队,小组,部门,グループ,チーム,部署
groups:groups,teams,group,team,группы,группа,команды,gruppen,gruppe,groupes,groupe,grupos,grupo,gruppi,gruppo,grupy,groepen,gruplar,团队,グループ
category:category id,queue id,id категории,код категории,kategorie id,id catégorie
category_name:category,queue,topic,folder,mailbox,product,service,category name,категория,очередь,тема обращения,раздел,услуга,сервис,рубрика,kategorie,warteschlange,rubrik,catégorie,file,rubrique,categoría,cola,categoria,coda,fila,kategoria,kolejka,categorie,wachtrij,kategori,kuyruk,类别,分类,类目,队列,カテゴリ,カテゴリー,分類
parent:parent,parent id,parent category,родитель,родительская категория,übergeordnet,parent catégorie,padre,genitore,pai,nadrzędna,bovenliggend,üst,上级,親
`

const ticketWords = `
ticket_id:id,ticket id,ticketid,issue id,case id,request id,conversation id,ticket,key,код,ид,идентификатор,id заявки,id обращения,номер заявки,номер обращения,номер тикета,номер,no заявки,no обращения,no тикета,no,ticket nummer,ticketnummer,vorgangsnummer,anfragenummer,identifiant,numéro du ticket,n ticket,id del ticket,número de ticket,numero ticket,número do chamado,numer zgłoszenia,id zgłoszenia,ticketnr,talep no,bilet no,工单号,工单编号,编号,チケットid,チケット番号,お問い合わせ番号
number:number,ticket number,ticket no,case number,reference,ref,nr,no,номер,номер заявки,номер обращения,nummer,ticketnummer,numéro,número,numero,numer,numara,单号,番号
subject:subject,title,summary,topic,headline,тема,заголовок,тема письма,тема обращения,тема заявки,краткое описание,betreff,titel,thema,zusammenfassung,objet,sujet,titre,asunto,título,tema,oggetto,titolo,assunto,temat,tytuł,onderwerp,konu,başlık,主题,标题,件名,題名,タイトル,제목
ticket_subject:ticket subject,ticket title,тема заявки,тема тикета
status:status,state,ticket status,статус,состояние,стадия,zustand,statut,état,estado,estatus,stato,situação,stan,toestand,durum,状态,状態,ステータス,상태
priority:priority,prio,urgency,severity,importance,приоритет,срочность,важность,priorität,dringlichkeit,wichtigkeit,priorité,urgence,prioridad,urgencia,priorità,urgenza,prioridade,priorytet,pilność,prioriteit,urgentie,öncelik,aciliyet,优先级,紧急程度,優先度,優先順位
type:type,ticket type,issue type,тип,тип заявки,тип обращения,вид,typ,art,anfragetyp,type de demande,tipo,tipologia,rodzaj,soort,tür,tip,类型,種類,種別,タイプ
channel:channel,source,via,origin,via channel,medium,канал,источник,способ обращения,kanal,quelle,herkunft,canal,origine,origen,canale,origem,kanał,źródło,kanaal,bron,kaynak,渠道,来源,チャネル,経路
requester:requester id,customer id,contact id,client id,user id,submitter id,id заявителя,id клиента,код клиента,kunden id,kundennummer,id client,id cliente,id klienta,klant id,müşteri id,客户id
requester_name:requester,requester name,customer,customer name,client,contact,contact name,reporter,submitter,from,opened by,заявитель,клиент,автор,имя клиента,фио,фио заявителя,имя заявителя,имя,контакт,инициатор,отправитель,kunde,kundenname,anfragender,ersteller,melder,absender,demandeur,nom du client,client demandeur,solicitante,cliente,remitente,nombre del cliente,richiedente,nome cliente,nome do cliente,zgłaszający,klient,aanvrager,klant,klantnaam,talep eden,müşteri,müşteri adı,请求者,客户,客户姓名,提交人,依頼者,顧客名,お客様名,申請者,name
requester_email:requester email,customer email,client email,contact email,email,e mail,mail,from email,sender,reporter email,почта,email заявителя,email клиента,почта клиента,почта заявителя,эл почта,электронная почта,kunden e mail,e mail des kunden,absenderadresse,e mail adresse,email du client,courriel,email del cliente,correo,correo electrónico,correo del cliente,email cliente,e mail do cliente,email klienta,e mail klient,e mailadres,müşteri e posta,e posta,客户邮箱,邮箱,メール,メールアドレス,依頼者メール
requester_phone:requester phone,customer phone,phone,telephone,phone number,телефон,телефон клиента,телефон заявителя,telefon,telefonnummer,téléphone,teléfono,telefono,telefone,telefoon,电话,电话号码,電話番号
assignee:assignee id,agent id,owner id,assigned to id,id исполнителя,id агента,bearbeiter id,id agent
assignee_name:assignee,agent,owner,assigned to,assigned agent,assignee name,agent name,handled by,responsible,исполнитель,ответственный,оператор,сотрудник,агент,назначен,менеджер,bearbeiter,zuständig,zugewiesen an,mitarbeiter,verantwortlicher,assigné à,responsable,agent assigné,asignado a,agente,assegnatario,assegnato a,operatore,responsabile,atribuído a,responsável,atendente,przypisany do,przypisany,osoba odpowiedzialna,toegewezen aan,behandelaar,medewerker,atanan,temsilci,sorumlu,负责人,受理人,处理人,客服,担当者,担当
assignee_email:assignee email,agent email,owner email,почта исполнителя,email исполнителя,email агента,email ответственного,e mail bearbeiter,email agent,correo del agente,email agente,e mail do agente,email agenta,担当者メール
tags:tags,tag,labels,label,keywords,теги,тег,метки,метка,ключевые слова,schlagwörter,schlagworte,stichwörter,étiquettes,mots clés,etiquetas,etiqueta,etichette,etykiety,tagi,trefwoorden,etiketler,etiket,标签,タグ,ラベル
rating:rating,satisfaction,csat,score,satisfaction rating,feedback score,оценка,удовлетворенность,рейтинг,bewertung,zufriedenheit,évaluation,note client,valoración,satisfacción,calificación,valutazione,avaliação,ocena,beoordeling,değerlendirme,memnuniyet,评分,满意度,評価,満足度
rating_comment:rating comment,satisfaction comment,csat comment,feedback,комментарий к оценке,отзыв,bewertungskommentar,commentaire évaluation,comentario de valoración
participants:participants,followers,watchers,cc,collaborators,участники,наблюдатели,копия,beobachter,teilnehmer,participants,participantes,seguidores,partecipanti,uczestnicy,obserwatorzy,deelnemers,katılımcılar,参与者,関係者
merged_into:merged into,merged to,duplicate of,объединена с,объединен с,zusammengeführt mit,fusionné avec,fusionado con,unito a,mesclado com,scalony z,samengevoegd met,birleştirildi,合并到,統合先
url:url,link,web link,permalink,ссылка,адрес страницы,lien,enlace,collegamento,odnośnik,链接,リンク
deleted:deleted,is deleted,removed,удален,удалено,gelöscht,supprimé,eliminado,eliminato,excluído,usunięty,verwijderd,silindi,已删除,削除済み
`

const timeWords = `
created:created,created at,created on,created date,creation date,create time,date created,opened,opened at,date,received,submitted,дата создания,создано,создан,создана,время создания,дата,дата обращения,дата регистрации,дата заявки,erstellt,erstellt am,erstellungsdatum,angelegt am,datum,eröffnet,créé le,date de création,date,créé,fecha de creación,creado,creado el,fecha,data di creazione,creato il,data creazione,data,criado em,data de criação,data utworzenia,utworzono,aangemaakt op,aangemaakt,aanmaakdatum,oluşturulma tarihi,oluşturma tarihi,tarih,创建时间,创建日期,日期,作成日時,作成日,登録日,生成日
updated:updated,updated at,updated on,modified,modified at,last updated,last modified,last update,дата изменения,изменено,обновлено,дата обновления,последнее изменение,aktualisiert,aktualisiert am,geändert am,änderungsdatum,mis à jour le,date de modification,modifié le,actualizado,fecha de actualización,modificado,aggiornato il,data di modifica,atualizado em,data de atualização,zaktualizowano,data modyfikacji,bijgewerkt op,gewijzigd op,güncellenme tarihi,更新时间,修改时间,更新日時,更新日
due:due,due at,due date,due on,deadline,срок,крайний срок,дедлайн,срок исполнения,fällig,fällig am,frist,échéance,date limite,vencimiento,fecha límite,scadenza,vencimento,prazo,termin,vervaldatum,son tarih,截止时间,到期,期限,締切
solved:solved,solved at,resolved,resolved at,resolution date,решено,дата решения,решена,gelöst,gelöst am,résolu le,date de résolution,resuelto,fecha de resolución,risolto il,resolvido em,rozwiązano,data rozwiązania,opgelost op,çözüm tarihi,解决时间,解決日時
closed:closed,closed at,closed on,date closed,close time,закрыто,дата закрытия,закрыта,время закрытия,geschlossen,geschlossen am,abschlussdatum,fermé le,date de clôture,cerrado,fecha de cierre,chiuso il,data di chiusura,fechado em,data de fechamento,zamknięto,data zamknięcia,gesloten op,kapanış tarihi,关闭时间,終了日時,完了日
at:at,date,time,created,created at,sent,sent at,posted at,timestamp,дата,время,дата создания,создано,отправлено,дата сообщения,datum,zeit,zeitpunkt,gesendet am,erstellt am,date,envoyé le,créé le,fecha,enviado el,data,inviato il,enviado em,wysłano,data wysłania,verzonden op,tarih,gönderilme tarihi,时间,日期,发送时间,日時,送信日時,作成日時
`

const messageWords = `
message_row:id,message id,comment id,reply id,article id,id сообщения,id комментария,код,nachrichten id,id message,id mensaje,编号
ticket:ticket id,ticket,ticketid,ticket number,case id,issue id,request id,conversation id,заявка,id заявки,номер заявки,обращение,id обращения,номер обращения,тикет,vorgang,ticketnummer,ticket nummer,anfrage,demande,numéro du ticket,id ticket,solicitud,número de ticket,richiesta,chamado,zgłoszenie,numer zgłoszenia,ticketnr,talep,talep no,工单,工单号,チケット,チケットid,チケット番号
author:author id,user id,sender id,from id,created by id,id автора,autor id,id auteur,id autor
author_name:author,author name,from,sender,sender name,user,created by,posted by,автор,отправитель,от,от кого,имя автора,autor,absender,von,verfasser,auteur,expéditeur,de,remitente,autore,mittente,da,remetente,nadawca,od,afzender,van,yazar,gönderen,kimden,作者,发件人,发送者,投稿者,送信者,差出人
author_email:author email,from email,sender email,from address,user email,email,e mail,почта,почта автора,email автора,e mail des autors,absenderadresse,e mail adresse,email auteur,courriel,email del autor,correo,email mittente,e mail do autor,email autora,e posta,邮箱,メール,送信者メール
author_role:author role,author type,direction,sender type,role,роль,роль автора,тип автора,направление,richtung,rolle,sens,rôle,dirección,rol,direzione,ruolo,direção,kierunek,richting,yön,方向,角色,役割
text:text,body,message,content,comment,description,message text,plain body,body text,reply,first message,details,текст,сообщение,текст сообщения,описание,комментарий,содержание,тело,описание проблемы,текст обращения,nachricht,inhalt,beschreibung,kommentar,texte,message texte,contenu,corps,commentaire,texto,mensaje,contenido,descripción,cuerpo,comentario,testo,messaggio,contenuto,descrizione,corpo,commento,mensagem,conteúdo,descrição,comentário,tekst,treść,wiadomość,opis,komentarz,bericht,inhoud,omschrijving,beschrijving,opmerking,metin,mesaj,içerik,açıklama,yorum,内容,正文,描述,消息,本文,内容説明,メッセージ,説明,コメント
html:html,html body,body html,description html,message html,html текст,html inhalt
note:note,private,internal,is private,is internal,internal note,private note,is note,внутренний,внутреннее,приватный,приватное,заметка,служебный,служебное,внутренний комментарий,скрытый,intern,privat,interne notiz,interne,privé,note interne,interno,privado,nota interna,interna,privato,riservato,privada,wewnętrzny,prywatny,wewnętrzna notatka,interne notitie,privé notitie,dahili,özel,iç not,内部,私有,内部备注,非公開,社内メモ,内部メモ
public:public,is public,visible,публичный,публичное,открытый,öffentlich,publique,público,pubblico,publiczny,openbaar,genel,公开,公開
to:to,recipient,recipients,to email,кому,получатель,получатели,адресат,an,empfänger,à,destinataire,destinataires,para,destinatario,destinatarios,destinatari,destinatário,do,odbiorca,aan,ontvanger,kime,alıcı,收件人,宛先
cc:cc,copy,carbon copy,копия,kopie,copie,copia,cópia,kopia,bilgi,抄送,写し
bcc:bcc,blind copy,скрытая копия,blindkopie,copie cachée,copia oculta,密送
message_id:message id header,internet message id,message identifier,rfc message id,rfc822 message id
in_reply_to:in reply to,reply to id,ответ на,antwort auf,en réponse à
references:references,thread references
`

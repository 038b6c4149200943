package table

import (
	"strings"
	"sync"

	"github.com/deskhaul/deskhaul/desk"
)

// statusWords and the lists below it hold words in the form of plain.
const statusWords = `
new:new,новый,новая,новое,создан,создана,создано,зарегистрирован,зарегистрирована,зарегистрировано,не обработан,не обработана,не обработано,не начата,не начато,neu,nouveau,nouvelle,nuevo,nueva,nuovo,novo,nova,nowy,nowe,nieuw,yeni,新建,新規,新,未处理
open:open,opened,active,in progress,assigned,reopened,todo,to do,started,открыт,открыта,открыто,не решена,не решено,не закрыта,в работе,в обработке,обрабатывается,выполняется,в процессе,на исполнении,на рассмотрении,принята,принято,назначено,переоткрыта,переоткрыто,назначен,назначена,активен,offen,in bearbeitung,geoffnet,aktiv,ouvert,ouverte,en cours,abierto,abierta,en curso,en progreso,aperto,in lavorazione,in corso,aberto,aberta,em andamento,otwarty,otwarte,w toku,w trakcie,in behandeling,acik,islemde,打开,处理中,进行中,対応中,オープン,未解決
pending:pending,waiting,awaiting,on hold,hold,waiting on customer,waiting for customer,awaiting reply,postponed,stalled,ожидание,ожидает,ожидаем,ждем,ждет,в ожидании,на согласовании,согласование,на уточнении,уточнение,требует уточнения,на паузе,на удержании,отложено,приостановлен,приостановлено,ожидает ответа,ожидание ответа,отложен,отложена,приостановлена,wartend,ausstehend,warten auf kunde,zuruckgestellt,en attente,pendiente,en espera,in attesa,in sospeso,pendente,aguardando,em espera,oczekujace,oczekuje,wstrzymane,wachtend,wachten op klant,in de wacht,beklemede,bekliyor,等待,挂起,待处理,保留,待ち,保留中
solved:solved,resolved,done,fixed,completed,завершен,завершена,завершено,решен,решена,решено,выполнен,выполнена,выполнено,готово,исполнена,gelost,erledigt,abgeschlossen gelost,resolu,resolue,resuelto,resuelta,risolto,risolta,resolvido,resolvida,rozwiazane,rozwiazany,opgelost,cozuldu,已解决,解决,解決済み,解決,完了
closed:closed,archived,deleted,cancelled,canceled,rejected,spam,закрыт,закрыта,закрыто,отменен,отменена,отменено,отклонен,отклонена,отклонено,отказ,отказано,дубликат,дубль,спам,архив,geschlossen,abgeschlossen,storniert,ferme,fermee,clos,cloture,annule,cerrado,cerrada,cancelado,chiuso,chiusa,annullato,fechado,fechada,encerrado,zamkniety,zamkniete,anulowane,gesloten,geannuleerd,kapali,kapatildi,iptal,关闭,已关闭,クローズ,終了
`

const priorityWords = `
low:low,lowest,minor,trivial,p4,низкий,низкая,низкое,niedrig,gering,basse,bas,faible,baja,bajo,bassa,baixa,niski,niska,laag,dusuk,低
normal:normal,medium,middle,standard,default,p3,средний,средняя,обычный,обычная,нормальный,нормальная,mittel,normale,moyenne,media,medio,mittlere,normalna,sredni,normaal,gemiddeld,orta,中,普通,一般,通常
high:high,major,important,p2,высокий,высокая,важный,важная,hoch,wichtig,haute,elevee,alta,alto,importante,wysoki,wysoka,hoog,yuksek,高
urgent:urgent,critical,highest,blocker,emergency,immediate,p1,p0,срочный,срочная,срочно,критический,критичный,критичная,авария,наивысший,dringend,kritisch,sofort,urgente,critique,critico,critica,immediat,pilny,pilne,krytyczny,dringend,kritiek,acil,kritik,紧急,緊急,至急
`

const yesWords = `1,true,t,yes,y,on,x,да,истина,д,ja,wahr,oui,vrai,si,verdadero,vero,sim,verdadeiro,tak,prawda,waar,evet,dogru,是,真,はい,private,internal,приватный,приватное,внутренний,внутреннее,внутренняя,служебный,intern,privat,interne,prive,interno,privado,privato,wewnetrzny,prywatny,ozel,dahili,内部,非公開,note,заметка,private note,internal note`

const publicWords = `public,публичный,публичное,публичная,открытый,offentlich,publique,publico,pubblico,publiczny,openbaar,公开,公開,reply,ответ`

const agentWords = `agent,admin,administrator,owner,staff,operator,support,employee,light agent,team member,out,outgoing,outbound,агент,администратор,оператор,сотрудник,исполнитель,поддержка,исходящее,исходящий,mitarbeiter,bearbeiter,ausgehend,sortant,agente,operatore,saliente,in uscita,saida,pracownik,wychodzace,medewerker,uitgaand,temsilci,giden,客服,担当者,管理员,管理者,送信`

// vocabulary is the word lists, parsed.
type vocabulary struct {
	status, priority map[string]string
	yes, public      map[string]bool
	private          map[string]bool
	agent            map[string]bool
}

// theWords is parsed once and never changed.
var theWords = sync.OnceValue(func() *vocabulary {
	return &vocabulary{
		status: glossary(statusWords), priority: glossary(priorityWords),
		yes: wordSet(yesWords), public: wordSet(publicWords), agent: wordSet(agentWords), private: wordSet(privateWords),
	}
})

func glossary(list string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(list) {
		value, words, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		for w := range strings.SplitSeq(words, ",") {
			m[plain(w)] = value
		}
	}
	return m
}

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.SplitSeq(list, ",") {
		m[plain(w)] = true
	}
	return m
}

// statusOf reads a status: the word itself, or the words within it where all that are known
// say the same, as in "waiting for the bank". A word it does not know is an open ticket,
// because an open one is looked at and a closed one is not.
func (v *vocabulary) statusOf(s string) (desk.Status, bool) {
	s = plain(s)
	if word, known := v.status[s]; known {
		return desk.Status(word), true
	}
	if word := within(v.status, s); word != "" {
		return desk.Status(word), true
	}
	return desk.StatusOpen, false
}

// denials turn a word into its contrary: what is not solved is not told by "solved".
const denials = " not не nicht pas nao nie niet longer больше "

// within finds what the words of a phrase say; "" where none is known, some contradict
// others, or something is denied.
func within(known map[string]string, phrase string) (means string) {
	words := strings.Fields(phrase)
	for i := range words {
		if strings.Contains(denials, " "+words[i]+" ") {
			return ""
		}
		for j := len(words); j > i; j-- {
			to, ok := known[strings.Join(words[i:j], " ")]
			if !ok {
				continue
			}
			if means != "" && means != to {
				return ""
			}
			means = to
			break // shorter ones are part of it
		}
	}
	return means
}

func (v *vocabulary) priorityOf(s string) (desk.Priority, bool) {
	word, known := v.priority[plain(s)]
	return desk.Priority(word), known
}

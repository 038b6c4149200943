package mail

import "testing"

func TestIsOutgoing(t *testing.T) {
	for folder, want := range map[string]bool{
		"Sent": true, "INBOX/Sent-Mail": true, "[Gmail]/Gesendet": true, "Sent/2019": true, "Отправленные": true, "送信済みメール": true,
		"E\u0301le\u0301ments envoye\u0301s": true, "Sent_Items": true,
		"INBOX": false, "Sentinels": false, "": false, "Presents": false, "Drafts of contracts": false, "sent\ndraft": false,
	} {
		if got := IsOutgoing(folder); got != want {
			t.Errorf("%q: %v", folder, got)
		}
	}
}

// Where its answers are kept says nothing of what a conversation is about.
func TestCategoryOfAConversationThatWeBegan(t *testing.T) {
	const day = "Date: Mon, 3 Jun 2019 10:00:00 +0000|Subject: x|To: j@x.test|From: "
	mails := []string{
		letterOf(day + "ann@example.com|Message-ID: <a@example.com>"),
		letterOf(day + "bob@example.com|Message-ID: <b@example.com>|In-Reply-To: <a@example.com>"),
		letterOf(day + "ann@example.com|Message-ID: <c@example.com>"),
		letterOf(day + "ann@example.com|Message-ID: <d@example.com>"),
		letterOf(day + "j@x.test|Message-ID: <e@example.com>|In-Reply-To: <d@example.com>"),
	}
	folders := []string{"Sent", "Pumps", "Sent", "Sent", ""}
	p := &pile{mails: mails, from: func(i int) Place {
		return Place{Path: folders[i], Offset: int64(i), Length: int64(len(mails[i])), Folder: folders[i]}
	}}
	tickets, _, _ := readAll(t, pileSource(t, p, newPutLog(nil), Options{Category: "folder", Agents: Agents{Domains: []string{"example.com"}}}), "")
	got := map[string]string{}
	for _, ticket := range tickets {
		got[string(ticket.ID)] = string(ticket.Category.ID)
	}
	if len(got) != 3 || got["a@example.com"] != "Pumps" || got["c@example.com"] != "Sent" || got["d@example.com"] != "" {
		t.Errorf("categories %v", got)
	}
}

func TestAliasWithASubaddress(t *testing.T) {
	o, err := newOurs(Agents{}, map[string]string{"support@x.test": "Support", "support+vip@x.test": "VIP", "Sales@x.test": "Sales"})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"support@x.test": "Support", "support+123@x.test": "Support", "support+vip@x.test": "VIP", "sales+a+b@x.test": "Sales",
		"support+vip@y.test": "", "+support@x.test": "", "support@x.test+1": "",
	} {
		if got, ok := o.alias(address); got != want || ok != (want != "") || o.has(address) != ok {
			t.Errorf("%s: %q, %v", address, got, ok)
		}
	}
}

//go:build integration

package rttest

// ordinary makes a user who has some rights and is no superuser.
const ordinary = `
require RT::AuthToken;
my $u = RT::User->new(RT->SystemUser);
my ($ok, $msg) = $u->Create(Name => "reader", Privileged => 1);
die $msg unless $ok;
for (@ARGV) {
	($ok, $msg) = $u->PrincipalObj->GrantRight(Object => RT->System, Right => $_);
	die "$_: $msg" unless $ok;
}
($ok, $msg, my $token) = RT::AuthToken->new(RT::CurrentUser->new("reader"))->Create(Owner => $u->id, Description => "reader");
die $msg unless $ok;
print $token;
`

// talk answers a ticket many times.
const talk = `
my ($id, $n) = @ARGV;
my $t = RT::Ticket->new(RT->SystemUser);
$t->Load($id);
for (1 .. $n) {
	my ($ok, $msg) = $t->Comment(Content => "note $_");
	die $msg unless $ok;
}
`

// Ordinary is the token of a user who has these rights, everywhere, and is no superuser.
func (s *Real) Ordinary(rights ...string) string {
	s.t.Helper()
	return string(s.run(Script(s.t), append([]string{"perl", s.dir, "-e", ordinary}, rights...)...))
}

// Talk writes so many notes to a ticket: "note 1", "note 2" and so on.
func (s *Real) Talk(ticket, n string) {
	s.t.Helper()
	s.run(Script(s.t), "perl", s.dir, "-e", talk, ticket, n)
}

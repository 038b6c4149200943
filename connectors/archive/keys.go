package archive

import (
	"strconv"

	"github.com/deskhaul/deskhaul/connectors/archive/words"
	"github.com/deskhaul/deskhaul/desk"
)

// The keys of the word index. All but the last are on covers.
const (
	keyKind = words.FirstKey + iota // its number
	keyStatus
	keyPriority
	keyChannel
	keyCategory
	keyGroup
	keyAssignee
	keyRequester
	keyTag
	keySource // its number; none for what was written here
	keyYear   // of creation, UTC
	keyFiles  // yes
	keyGone   // yes
	keyWho    // a contact who asked, wrote or is in copy
)

const yes = "y"

// kindKey is the value of keyKind.
func kindKey(kind desk.Kind) string { return strconv.Itoa(kindNumber(kind)) }

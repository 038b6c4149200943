package checkpoints

import (
	"context"
	"encoding/json"

	"github.com/deskhaul/deskhaul/desk"
)

func (l *sqliteLedger) Namesakes(ctx context.Context, ids []desk.ID) ([]Row, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return l.query(ctx, `pair = ? AND kind = ? AND target IS NOT NULL AND id IN (SELECT value FROM json_each(?)) ORDER BY id, parent`,
		l.pair, kindNumber[desk.KindMessage], string(list))
}

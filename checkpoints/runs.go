package checkpoints

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

func (s *sqliteStore) StartRun(ctx context.Context, r Run) (int64, error) {
	s.commit.Lock()
	defer s.commit.Unlock()
	res, err := s.write.ExecContext(ctx, `INSERT INTO run (verb, args, state, started, mapping) VALUES (?,?,?,?,?)`,
		r.Verb, r.Args, string(RunRunning), r.Started.UnixMilli(), r.Mapping)
	if err != nil {
		return 0, fmt.Errorf("ledger %s: %w", s.path, wrapFull(err))
	}
	return res.LastInsertId()
}

func (s *sqliteStore) EndRun(ctx context.Context, r Run) error {
	s.commit.Lock()
	defer s.commit.Unlock()
	_, err := s.write.ExecContext(ctx, `UPDATE run SET state = ?, ended = ?, requests = ?, summary = ? WHERE id = ?`,
		string(r.State), r.Ended.UnixMilli(), r.Requests, r.Summary, r.ID)
	if err != nil {
		return fmt.Errorf("ledger %s: %w", s.path, wrapFull(err))
	}
	return nil
}

func (s *sqliteStore) Runs(ctx context.Context, limit int) (runs []Run, err error) {
	if limit == 0 {
		limit = -1
	}
	rows, err := s.read.QueryContext(ctx, `SELECT id, verb, args, state, started, ended, mapping, requests, summary FROM run ORDER BY id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, err
	}
	defer closing(rows, &err)
	for rows.Next() {
		var r Run
		var started int64
		var ended sql.NullInt64
		if err := rows.Scan(&r.ID, &r.Verb, &r.Args, &r.State, &started, &ended, &r.Mapping, &r.Requests, &r.Summary); err != nil {
			return nil, err
		}
		r.Started, r.Ended = time.UnixMilli(started).UTC(), fromUnix(ended)
		runs = append(runs, r)
	}
	return runs, rows.Err()
}

package okdesk

import (
	"context"
	"fmt"
)

// register is the names of companies, or of maintenance entities, by their numbers.
type register struct {
	names map[number]string
	of    map[number]number // the company of a maintenance entity
}

// companyNames asks for the names of all companies, once: an issue says the number alone.
func (a *api) companyNames(ctx context.Context) (*register, error) {
	return a.once(ctx, &a.companies, func(reg *register) error {
		for row, err := range keyset[companyShape](ctx, a, "companies/list", 0) {
			if err != nil {
				return fmt.Errorf("what the companies are called: %w", err)
			}
			reg.names[row.ID] = row.Name
		}
		return nil
	})
}

// objectNames is the same for maintenance entities.
func (a *api) objectNames(ctx context.Context) (*register, error) {
	return a.once(ctx, &a.objects, func(reg *register) error {
		for row, err := range keyset[objectShape](ctx, a, "maintenance_entities/list", 0) {
			if lacking(err) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("what the maintenance entities are called: %w", err)
			}
			reg.names[row.ID], reg.of[row.ID] = row.Name, row.CompanyID
		}
		return nil
	})
}

func (a *api) once(ctx context.Context, at **register, fill func(*register) error) (*register, error) {
	if err := a.turn(ctx); err != nil {
		return nil, err
	}
	defer a.giveTurn()
	if *at != nil {
		return *at, nil
	}
	reg := &register{names: map[number]string{}, of: map[number]number{}}
	if err := fill(reg); err != nil {
		return nil, err
	}
	*at = reg
	return reg, nil
}

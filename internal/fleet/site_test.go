package fleet_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestMovesInAnyOrderTellTheSiteOfEachMoment compares the periods that moves make, recorded in any order of time, with
// a list of events: a machine is where the last event before a moment has brought it.
func TestMovesInAnyOrderTellTheSiteOfEachMoment(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const minutes = 60
	machine, sites := fleet.NewUUID(), []fleet.UUID{fleet.NewUUID(), fleet.NewUUID(), fleet.NewUUID()}
	for range 500 {
		var events [minutes]*fleet.UUID // where the machine is since; the zero UUID is no site, nil no event
		var periods []*fleet.SiteMove
		at := func(minute int) *fleet.UUID { // by the events
			for i := minute; i >= 0; i-- {
				if events[i] != nil {
					if *events[i] == (fleet.UUID{}) {
						return nil
					}
					return events[i]
				}
			}
			return nil
		}
		for range 12 {
			minute := random.IntN(minutes)
			moment := begin.Add(time.Duration(minute) * time.Minute)
			in := fleet.SiteMoveInput{EquipmentID: machine, MovedAt: &moment}
			if n := random.IntN(len(sites) + 1); n < len(sites) {
				in.SiteID = &sites[n]
			}
			var during *fleet.SiteMove
			var next *time.Time
			for _, p := range periods {
				if !p.ArrivedAt.After(moment) && (p.LeftAt == nil || p.LeftAt.After(moment)) {
					during = p
				}
				if p.ArrivedAt.After(moment) && (next == nil || p.ArrivedAt.Before(*next)) {
					next = &p.ArrivedAt
				}
			}
			ended, made, err := in.Move(during, next, moment)
			was := at(minute)
			same := was == nil && in.SiteID == nil || was != nil && in.SiteID != nil && *was == *in.SiteID
			if refused := same || during != nil && during.ArrivedAt.Equal(moment); refused != (err != nil) {
				t.Fatalf("moved to %v, where it was at %v: %v", in.SiteID, was, err)
			}
			if err != nil {
				continue
			}
			events[minute] = new(fleet.UUID)
			if in.SiteID != nil {
				*events[minute] = *in.SiteID
			}
			for i, e := range events { // to leave no site is no event
				if e != nil && *e == (fleet.UUID{}) && (i == 0 || at(i-1) == nil) {
					events[i] = nil
				}
			}
			if ended != nil {
				periods = slices.DeleteFunc(periods, func(p *fleet.SiteMove) bool { return p == during })
				periods = append(periods, ended)
			}
			if made != nil {
				periods = append(periods, made)
			}
			for m := range minutes {
				moment := begin.Add(time.Duration(m) * time.Minute)
				var found []fleet.UUID
				for _, p := range periods {
					if !p.ArrivedAt.After(moment) && (p.LeftAt == nil || p.LeftAt.After(moment)) {
						found = append(found, p.SiteID)
					}
				}
				if want := at(m); want == nil && len(found) > 0 || want != nil && !slices.Equal(found, []fleet.UUID{*want}) {
					t.Fatalf("at minute %d the machine is at %v, want %v", m, found, want)
				}
			}
		}
	}
}

// TestValuesOfSitesAreChecked by field.
func TestValuesOfSitesAreChecked(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	for field, s := range map[string]fleet.Site{
		"name":     {Name: "  "},
		"code":     {Name: "Quarry", Code: text("")},
		"address":  {Name: "Quarry", Address: text(" \n")},
		"timeZone": {Name: "Quarry", TimeZone: text("Berlin")},
		"":         {Name: " Cantera  Norte ", Code: text(" N 1 "), Address: text("Calle 1\nLima"), TimeZone: text("America/Lima")},
	} {
		s.Tidy()
		var fields []string
		for _, e := range fleet.FaultsOf(s.Check()) {
			fields = append(fields, e.Field)
		}
		if want := slices.DeleteFunc([]string{field}, func(f string) bool { return f == "" }); !slices.Equal(fields, want) {
			t.Errorf("%+v: faults of %v, want %v", s, fields, want)
		}
		if field == "" && (s.Name != "Cantera Norte" || *s.Code != "N 1") {
			t.Errorf("not tidy: %+v", s)
		}
	}
}

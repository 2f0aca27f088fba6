package ingest

import (
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// siteOf returns the site of values that their parsers have checked.
func siteOf(byColumn map[string]string) *fleet.Site {
	return &fleet.Site{Name: byColumn["name"], Code: optional[string](byColumn, "code"),
		Address: optional[string](byColumn, "address"), TimeZone: optional[string](byColumn, "time_zone")}
}

func (c *converter) reviseSite(g givenRow, before *fleet.Site) (store.Revision, error) {
	var p fleet.SitePatch
	setText(g, "name", &p.Name)
	setOptional(g, "code", &p.Code)
	setOptional(g, "address", &p.Address)
	setOptional(g, "time_zone", &p.TimeZone)
	after, err := p.Apply(before)
	return c.revision(err, before.Facts(), after.Facts(), map[string]*string{"name": &after.Name, "code": after.Code,
		"address": after.Address, "time_zone": after.TimeZone})
}

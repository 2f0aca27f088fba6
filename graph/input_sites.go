package graph

import (
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

func newSite(given generated.CreateSiteInput) *fleet.Site {
	return &fleet.Site{Name: given.Name, Code: given.Code.Value(), Address: given.Address.Value(),
		TimeZone: given.TimeZone.Value()}
}

func sitePatch(given generated.UpdateSiteInput) (id fleet.UUID, patch fleet.SitePatch, err error) {
	var in input
	id = in.id("siteId", fleet.KindSite, given.SiteID)
	patch = fleet.SitePatch{Name: maybeNot(&in, "name", given.Name), Code: maybe(given.Code),
		Address: maybe(given.Address), TimeZone: maybe(given.TimeZone)}
	return id, patch, in.faults.Err()
}

// siteMove reads the machine, the site to which it is moved, and why.
func siteMove(given generated.MoveEquipmentInput) (move fleet.SiteMoveInput, why *string, err error) {
	var in input
	why = in.reason(given.Reason.Value())
	move = fleet.SiteMoveInput{
		EquipmentID: in.id("equipmentId", fleet.KindEquipment, given.EquipmentID),
		SiteID:      in.maybeID("siteId", fleet.KindSite, given.SiteID).To, MovedAt: given.MovedAt.Value(),
	}
	return move, why, in.faults.Err()
}

// siteMoveCorrection reads a move, its correct values, and why.
func siteMoveCorrection(given generated.CorrectSiteMoveInput) (id fleet.UUID, patch fleet.SiteMovePatch,
	why *string, err error) {
	var in input
	id, why = in.id("siteMoveId", fleet.KindSiteMove, given.SiteMoveID), in.reason(&given.Reason)
	patch = fleet.SiteMovePatch{ArrivedAt: maybeNot(&in, "arrivedAt", given.ArrivedAt), LeftAt: maybe(given.LeftAt)}
	if site := maybeNot(&in, "siteId", given.SiteID); site.Set {
		patch.SiteID = fleet.Maybe[fleet.UUID]{Set: true, To: in.id("siteId", fleet.KindSite, site.To)}
	}
	return id, patch, why, in.faults.Err()
}

// siteMoveDeletion reads a move that should not be there, and why.
func siteMoveDeletion(given generated.DeleteSiteMoveInput) (id fleet.UUID, why *string, err error) {
	var in input
	id, why = in.id("siteMoveId", fleet.KindSiteMove, given.SiteMoveID), in.reason(&given.Reason)
	return id, why, in.faults.Err()
}

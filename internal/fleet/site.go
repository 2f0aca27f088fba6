package fleet

import "time"

// Limits of a site's texts, in characters. The database holds them too.
const (
	MaxSiteName = 200
	MaxSiteCode = 50
	MaxAddress  = 500
)

// Site is a place where machines work or are kept. SiteMove tells which machine is where.
type Site struct {
	ID        UUID
	Name      string
	Code      *string // by which the company calls it
	Address   *string
	TimeZone  *string // IANA; nil: that of the company
	CreatedAt time.Time
	UpdatedAt time.Time
	DeletedAt *time.Time // nil while the site is not deleted
	Version   int        // 1 when new, one more with every change
}

// GlobalID returns the site's public id.
func (s *Site) GlobalID() string { return GlobalID(KindSite, s.ID) }

// RowVersion implements Versioned.
func (s *Site) RowVersion() int { return s.Version }

// Tidy tidies the site's texts.
func (s *Site) Tidy() {
	tidy(&s.Name)
	s.Code, s.Address = tidied(s.Code), tidied(s.Address)
}

// Check returns the Faults of the site's values, by field.
func (s *Site) Check() error {
	var faults Faults
	faults.Add("name", checkRequired(s.Name, MaxSiteName))
	faults.Add("code", checkOptionalName(s.Code, MaxSiteCode))
	faults.Add("address", checkOptional(s.Address, MaxAddress))
	if s.TimeZone != nil {
		faults.Add("timeZone", checkTimeZone(*s.TimeZone))
	}
	return faults.Err()
}

// CheckDelete returns a CONFLICT while machines are at the site.
func (s *Site) CheckDelete(machines int) error {
	if machines == 0 {
		return nil
	}
	return Conflictf(
		InUse,
		"siteId",
		"%d machines, deleted ones among them, are at the site now: move them first",
		machines,
	)
}

// Facts returns the fields of a site as the history records them.
func (s *Site) Facts() []Fact {
	return []Fact{{"name", &s.Name}, {"code", s.Code}, {"address", s.Address}, {"timeZone", s.TimeZone}}
}

// SitePatch is an update of a site.
type SitePatch struct {
	Name     Maybe[string]
	Code     Maybe[*string]
	Address  Maybe[*string]
	TimeZone Maybe[*string]
}

// Apply returns the site after the update, or its Faults.
func (p SitePatch) Apply(s *Site) (*Site, error) {
	after := *s
	p.Name.apply(&after.Name)
	p.Code.apply(&after.Code)
	p.Address.apply(&after.Address)
	p.TimeZone.apply(&after.TimeZone)
	after.Tidy()
	return &after, after.Check()
}

// SiteOrder is an order of sites. Ties are ordered by id.
type SiteOrder string

// The orders of sites.
const (
	SiteNameAsc       SiteOrder = "NAME_ASC" // as names of machines are ordered: the default
	SiteNameDesc      SiteOrder = "NAME_DESC"
	SiteCodeAsc       SiteOrder = "CODE_ASC" // those without a code count as lower than all others
	SiteCodeDesc      SiteOrder = "CODE_DESC"
	SiteCreatedAtDesc SiteOrder = "CREATED_AT_DESC"
	SiteCreatedAtAsc  SiteOrder = "CREATED_AT_ASC"
)

// SiteOrders lists every order, the default first.
func SiteOrders() []SiteOrder {
	return []SiteOrder{SiteNameAsc, SiteNameDesc, SiteCodeAsc, SiteCodeDesc, SiteCreatedAtDesc, SiteCreatedAtAsc}
}

// List returns the list of a company's sites in this order.
func (o SiteOrder) List(company UUID) List {
	l := List{Name: "sites", Company: company, Order: string(o), Key: TextKey}
	if o == SiteCreatedAtAsc || o == SiteCreatedAtDesc {
		l.Key = TimeKey
	}
	return l
}

// Position returns the site's position in this order.
func (s *Site) Position(by SiteOrder) Position {
	switch by {
	case SiteCreatedAtAsc, SiteCreatedAtDesc:
		return Position{timeKey(s.CreatedAt), s.ID}
	case SiteCodeAsc, SiteCodeDesc:
		if s.Code == nil {
			return Position{"", s.ID}
		}
		return Position{*s.Code, s.ID}
	default:
		return Position{s.Name, s.ID} // lowered by the database
	}
}

// SiteFilter selects the sites that meet every condition. A nil condition is ignored.
type SiteFilter struct {
	IDs       []RowID
	Search    *string
	Name      []string
	Code      *StringFilter
	CreatedAt *DateTimeFilter
	UpdatedAt *DateTimeFilter
	Deleted   *Deleted // nil: only sites that are not

	And, Or []*SiteFilter
	Not     *SiteFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *SiteFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *SiteFilter) Conditions() int { return checkFilter(f).conditions }

func (f *SiteFilter) check(c *checker) {
	c.ids("ids", KindSite, f.IDs)
	c.search(f.Search)
	c.texts("name", f.Name, MaxSiteName)
	c.text("code", f.Code, MaxSiteCode)
	c.times("createdAt", f.CreatedAt)
	c.times("updatedAt", f.UpdatedAt)
	c.deleted(f.Deleted)
	within(c, f.And, f.Or, f.Not)
}

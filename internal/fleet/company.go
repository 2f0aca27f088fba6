package fleet

import (
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // time zones, also where the system has none
)

// Company is the tenant. Every row belongs to one company, and no row refers to another company.
type Company struct {
	ID                    UUID
	Name                  string
	Currency              string  // ISO 4217
	TimeZone              string  // IANA
	ScheduledHoursPerWeek Decimal // of a machine
	CreatedAt             time.Time
	Version               int // 1 when new, one more with every change
}

// MaxCompanyName is the maximum length of a company's name, in characters.
const MaxCompanyName = 200

// GlobalID returns the company's public id.
func (c *Company) GlobalID() string { return GlobalID(KindCompany, c.ID) }

// RowVersion returns the company's version.
func (c *Company) RowVersion() int { return c.Version }

// CompanyPatch is an update of a company.
type CompanyPatch struct {
	Name                  Maybe[string]
	Currency              Maybe[string]
	TimeZone              Maybe[string]
	ScheduledHoursPerWeek Maybe[Decimal]
}

// Apply returns the company after the update, or its Faults.
func (p CompanyPatch) Apply(c *Company) (*Company, error) {
	after := *c
	p.Name.apply(&after.Name)
	p.Currency.apply(&after.Currency)
	p.TimeZone.apply(&after.TimeZone)
	p.ScheduledHoursPerWeek.apply(&after.ScheduledHoursPerWeek)
	return &after, after.Check()
}

// Check returns the Faults of the company's values, by field.
func (c *Company) Check() error {
	var faults Faults
	faults.Add("", CheckName("name", c.Name, MaxCompanyName))
	faults.Add("currency", checkCurrency(c.Currency))
	faults.Add("timeZone", checkTimeZone(c.TimeZone))
	faults.Add("scheduledHoursPerWeek", c.ScheduledHoursPerWeek.checkWeek())
	return faults.Err()
}

// Facts returns the fields of a company as the history records them.
func (c *Company) Facts() []Fact {
	return []Fact{{"name", &c.Name}, {"currency", &c.Currency}, {"timeZone", &c.TimeZone},
		{"scheduledHoursPerWeek", (*string)(&c.ScheduledHoursPerWeek)}}
}

// currencies are the codes of ISO 4217 for money in use, without funds, metals and tests.
const currencies = ` AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB
RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG `

var isCurrency = func() map[string]bool {
	known := map[string]bool{}
	for _, code := range strings.Fields(currencies) {
		known[code] = true
	}
	return known
}()

func checkCurrency(code string) error {
	if !isCurrency[code] {
		return BadInputf("", "%s is not a currency of ISO 4217, such as EUR or USD, in capital letters", Quote(code))
	}
	return nil
}

// zoneName is the form of an IANA name. It excludes "Local" and files of the system's database that are no
// zones of their own.
var zoneName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`)

func checkTimeZone(name string) error {
	if zoneName.MatchString(name) && name != "Local" && name != "Factory" && len(name) <= 100 {
		if _, err := time.LoadLocation(name); err == nil {
			return nil
		}
	}
	return BadInputf("", "%s is not a time zone of the IANA database, such as Europe/Berlin or UTC", Quote(name))
}

package fleet

import "math/big"

// KpiName is the name of a key figure.
type KpiName string

// The key figures.
const (
	KpiCalendarAvailability    KpiName = "CALENDAR_AVAILABILITY"
	KpiInherentAvailability    KpiName = "INHERENT_AVAILABILITY"
	KpiFailures                KpiName = "FAILURES"
	KpiStoppingFailures        KpiName = "STOPPING_FAILURES"
	KpiMeanUpTime              KpiName = "MEAN_UP_TIME_BETWEEN_FAILURES"
	KpiMeanOperatingTime       KpiName = "MEAN_OPERATING_TIME_BETWEEN_FAILURES"
	KpiMeanTimeToRestoration   KpiName = "MEAN_TIME_TO_RESTORATION"
	KpiMedianTimeToRestoration KpiName = "MEDIAN_TIME_TO_RESTORATION"
	KpiP90TimeToRestoration    KpiName = "P90_TIME_TO_RESTORATION"
	KpiMeanDownTime            KpiName = "MEAN_DOWN_TIME"
	KpiMedianDownTime          KpiName = "MEDIAN_DOWN_TIME"
	KpiP90DownTime             KpiName = "P90_DOWN_TIME"
	KpiCostPerHour             KpiName = "MAINTENANCE_COST_PER_HOUR"
	KpiLabourCostPerHour       KpiName = "LABOUR_COST_PER_HOUR"
	KpiPartsCostPerHour        KpiName = "PARTS_COST_PER_HOUR"
	KpiCostToReplacement       KpiName = "COST_TO_REPLACEMENT_VALUE"
	KpiPlannedShare            KpiName = "PLANNED_SHARE"
	KpiBacklog                 KpiName = "BACKLOG"
	KpiOverdue                 KpiName = "OVERDUE"
)

// KpiUnit is the unit of a key figure.
type KpiUnit string

// The units.
const (
	UnitPercent      KpiUnit = "PERCENT"
	UnitHours        KpiUnit = "HOURS"
	UnitCount        KpiUnit = "COUNT"
	UnitMoneyPerHour KpiUnit = "MONEY_PER_HOUR"
)

// KpiUnits lists every unit.
func KpiUnits() []KpiUnit { return []KpiUnit{UnitPercent, UnitHours, UnitCount, UnitMoneyPerHour} }

// KpiReason is why a key figure has no value, or leaves rows out.
type KpiReason string

// The reasons.
const (
	KpiNoMachines   KpiReason = "NO_MACHINES"
	KpiNoTime       KpiReason = "NO_TIME"
	KpiNoFailures   KpiReason = "NO_FAILURES"
	KpiNoReadings   KpiReason = "NO_READINGS"
	KpiNoRecords    KpiReason = "NO_RECORDS"
	KpiRetired      KpiReason = "RETIRED"
	KpiInactive     KpiReason = "INACTIVE"
	KpiOpen         KpiReason = "OPEN"
	KpiUnknownTimes KpiReason = "UNKNOWN_TIMES"
	KpiUnknownEnd   KpiReason = "UNKNOWN_END"
	KpiUnknownCost  KpiReason = "UNKNOWN_COST"
	KpiNotInService KpiReason = "NOT_IN_SERVICE"
	KpiNoValue      KpiReason = "NO_REPLACEMENT_VALUE"
)

// KpiReasons lists every reason.
func KpiReasons() []KpiReason {
	return []KpiReason{
		KpiNoMachines,
		KpiNoTime,
		KpiNoFailures,
		KpiNoReadings,
		KpiNoRecords,
		KpiRetired,
		KpiInactive,
		KpiOpen,
		KpiUnknownTimes,
		KpiUnknownEnd,
		KpiUnknownCost,
		KpiNotInService,
		KpiNoValue,
	}
}

// MaxKpiDays is the maximum length of a window, in days.
const MaxKpiDays = 7_320

// MinCoverage is the part of the window, in percent, that the readings of a machine have to cover.
const MinCoverage = 80

// KpiWindow is the days that key figures are about, in the company's time zone; To is the last one.
type KpiWindow struct{ From, To Date }

// Check returns a BAD_INPUT that names the argument.
func (w KpiWindow) Check() error {
	switch {
	case w.To.Before(w.From):
		return BadInputf("to", "%s is before from %s", w.To, w.From)
	case w.days() > MaxKpiDays:
		return BadInputf("to", "%s to %s are %d days: at most %d", w.From, w.To, w.days(), MaxKpiDays)
	case w.From.day.AddDate(0, 0, -w.days()).Year() < 1:
		return BadInputf("from", "there is no window before %s", w.From)
	}
	return nil
}

func (w KpiWindow) days() int { return int(w.To.day.Sub(w.From.day).Hours()/24) + 1 }

// Previous returns the window of as many days before w.
func (w KpiWindow) Previous() KpiWindow {
	return KpiWindow{DateOf(w.From.day.AddDate(0, 0, -w.days())), DateOf(w.From.day.AddDate(0, 0, -1))}
}

// Kpi is a key figure of machines over a window.
type Kpi struct {
	Name                   KpiName
	Unit                   KpiUnit
	Definition             string
	Value, Previous, Delta *Decimal
	SampleSize             int
	Excluded               []*KpiExclusion
	NullReason             *KpiReason
	Coverage               *Decimal

	Machine *UUID            // of one machine; nil for those of Filter
	Filter  *EquipmentFilter // may be nil
	Window  KpiWindow
}

// KpiExclusion is a number of rows that a key figure leaves out.
type KpiExclusion struct {
	Reason KpiReason
	Count  int
}

// KpiAge is a number of overdue records by how long they are overdue.
type KpiAge struct {
	FromDays int
	ToDays   *int // nil for the last one
	Count    int
}

// KpiSums are the sums over machines and a window that key figures are computed from. Times are hours.
type KpiSums struct {
	Machines                              int // those that were in service in the window
	Retired, Inactive, NotInService       int // the others
	Calendar, Down, CorrectiveDown        *big.Rat
	Failures, StoppingFailures            int
	CountedFailures                       int // of Machines
	Metered                               int // machines with readings that cover the window
	MeterHours, MeterCovered              *big.Rat
	MeteredFailures                       int // between the first and the last reading of those machines
	Cost, Labour, Parts                   *big.Rat
	CostRecords, UnknownCosts             int
	SplitRecords, UnknownSplits           int
	Valued                                int // machines whose replacement value is known
	ReplacementValue, ValuedCost          *big.Rat
	ValuedRecords, ValuedUnknown          int // of known and of unknown cost, of those machines
	Restorations                          KpiSample
	RestorationsOpen, RestorationsUnknown int
	DownPeriods                           KpiSample
	DownPeriodsOpen, DownUnknownEnds      int
	Done, DonePlanned                     int
	Backlog                               int
	Overdue                               [4]int // by kpiAges
}

// zero sets sums that are missing, as those of no machine are, to 0.
func (s *KpiSums) zero() {
	for _, sum := range []**big.Rat{&s.Calendar, &s.Down, &s.CorrectiveDown, &s.MeterHours, &s.MeterCovered, &s.Cost, &s.Labour,
		&s.Parts, &s.ReplacementValue, &s.ValuedCost} {
		if *sum == nil {
			*sum = new(big.Rat)
		}
	}
}

// KpiSample is the mean, the median and the 90th percentile of a number of durations, in hours.
type KpiSample struct {
	Count             int
	Mean, Median, P90 *big.Rat // nil without durations
}

// kpiAges are the last days of the ages of overdue work but for the last one.
var kpiAges = []int{7, 30, 90}

// Kpis are the key figures of machines over a window, compared with the window before.
type Kpis struct {
	Window       KpiWindow
	OverdueByAge []*KpiAge
	figures      map[KpiName]*Kpi
}

// Of returns the key figure of a name.
func (k *Kpis) Of(n KpiName) *Kpi { return k.figures[n] }

// NewKpis computes the key figures of a machine, or of those of a filter, from the sums of both windows.
func NewKpis(w KpiWindow, machine *UUID, f *EquipmentFilter, now, previous *KpiSums) *Kpis {
	now.zero()
	previous.zero()
	k := &Kpis{Window: w, figures: map[KpiName]*Kpi{}}
	from := 0
	for i, n := range now.Overdue {
		age := &KpiAge{FromDays: from, Count: n}
		if i < len(kpiAges) {
			age.ToDays = &kpiAges[i]
			from = kpiAges[i] + 1
		}
		k.OverdueByAge = append(k.OverdueByAge, age)
	}
	for name, d := range kpiDefinitions {
		r, before := d.compute(now), d.compute(previous)
		kpi := &Kpi{Name: name, Unit: d.unit, Definition: d.definition, Value: rounded(r.value, d.unit), SampleSize: r.sample,
			Coverage: rounded(r.coverage, UnitPercent), Machine: machine, Filter: f, Window: w}
		if r.value == nil {
			kpi.NullReason = &r.reason
		}
		if !d.present {
			kpi.Previous = rounded(before.value, d.unit)
			if kpi.Value != nil && kpi.Previous != nil {
				kpi.Delta = minus(*kpi.Value, *kpi.Previous)
			}
		}
		for _, e := range r.excluded {
			if e.Count > 0 {
				kpi.Excluded = append(kpi.Excluded, &e)
			}
		}
		k.figures[name] = kpi
	}
	return k
}

// rounded returns a figure with two digits, a count without, rounding half away from zero.
func rounded(r *big.Rat, unit KpiUnit) *Decimal {
	if r == nil {
		return nil
	}
	d := Decimal(r.FloatString(2))
	if unit == UnitCount {
		d = Decimal(r.FloatString(0))
	}
	return &d
}

func minus(a, b Decimal) *Decimal {
	negative := Decimal("-" + string(b))
	if b[0] == '-' {
		negative = b[1:]
	}
	d := a.Plus(negative)
	return &d
}

// kpiResult is what a definition computes from the sums of a window.
type kpiResult struct {
	value, coverage *big.Rat
	reason          KpiReason // why there is no value
	sample          int
	excluded        []KpiExclusion
}

// ratio returns a part of a whole times a factor; without a whole there is none, for the reason.
func ratio(part, whole *big.Rat, factor int64, reason KpiReason, sample int, excluded ...KpiExclusion) kpiResult {
	r := kpiResult{reason: reason, sample: sample, excluded: excluded}
	if whole.Sign() > 0 {
		r.value = new(big.Rat).Quo(part, whole)
		r.value.Mul(r.value, big.NewRat(factor, 1))
	}
	return r
}

func whole(n int) *big.Rat { return big.NewRat(int64(n), 1) }

// idle are the machines that time counts for no KPI of.
func (s *KpiSums) idle() []KpiExclusion {
	return []KpiExclusion{{KpiRetired, s.Retired}, {KpiInactive, s.Inactive}, {KpiNotInService, s.NotInService}}
}

// noTime is why there is no calendar time.
func (s *KpiSums) noTime() KpiReason {
	if s.Machines == 0 {
		return KpiNoMachines
	}
	return KpiNoTime
}

func (s *KpiSums) availability(down *big.Rat) kpiResult {
	return ratio(new(big.Rat).Sub(s.Calendar, down), s.Calendar, 100, s.noTime(), s.Machines,
		append(s.idle(), KpiExclusion{KpiUnknownEnd, s.DownUnknownEnds})...)
}

// perHour returns an amount by hour of the meters that cover the window.
func (s *KpiSums) perHour(amount *big.Rat, records, unknown int) kpiResult {
	r := ratio(
		amount,
		s.MeterHours,
		1,
		KpiNoReadings,
		records,
		KpiExclusion{KpiNoReadings, s.Machines - s.Metered},
		KpiExclusion{KpiUnknownCost, unknown},
	)
	if records == 0 && r.value != nil {
		r.value, r.reason = nil, KpiNoRecords
	}
	r.coverage = s.meterCoverage()
	return r
}

// meterCoverage is the part of the machines' calendar time between readings.
func (s *KpiSums) meterCoverage() *big.Rat {
	return ratio(s.MeterCovered, s.Calendar, 100, KpiNoTime, 0).value
}

func (k KpiSample) of(value *big.Rat, excluded ...KpiExclusion) kpiResult {
	return kpiResult{value: value, reason: KpiNoRecords, sample: k.Count, excluded: excluded}
}

func (s *KpiSums) restoration(value *big.Rat) kpiResult {
	return s.Restorations.of(value, KpiExclusion{KpiOpen, s.RestorationsOpen},
		KpiExclusion{KpiUnknownTimes, s.RestorationsUnknown})
}

func (s *KpiSums) downTime(value *big.Rat) kpiResult {
	return s.DownPeriods.of(
		value,
		KpiExclusion{KpiOpen, s.DownPeriodsOpen},
		KpiExclusion{KpiUnknownEnd, s.DownUnknownEnds},
	)
}

func counted(n int) kpiResult { return kpiResult{value: whole(n), sample: n} }

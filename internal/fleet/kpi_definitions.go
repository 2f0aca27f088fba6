package fleet

import "math/big"

// kpiDefinition describes a key figure once: its unit, its formula in words and its formula.
type kpiDefinition struct {
	unit       KpiUnit
	present    bool // about now, whatever the window
	definition string
	compute    func(*KpiSums) kpiResult
}

// KpiNames lists every key figure.
func KpiNames() []KpiName {
	return []KpiName{
		KpiCalendarAvailability,
		KpiInherentAvailability,
		KpiFailures,
		KpiStoppingFailures,
		KpiMeanUpTime,
		KpiMeanOperatingTime,
		KpiMeanTimeToRestoration,
		KpiMedianTimeToRestoration,
		KpiP90TimeToRestoration,
		KpiMeanDownTime,
		KpiMedianDownTime,
		KpiP90DownTime,
		KpiCostPerHour,
		KpiLabourCostPerHour,
		KpiPartsCostPerHour,
		KpiCostToReplacement,
		KpiPlannedShare,
		KpiBacklog,
		KpiOverdue,
	}
}

var kpiDefinitions = map[KpiName]kpiDefinition{
	KpiCalendarAvailability: {
		unit: UnitPercent, present: false,
		definition: "Up time divided by calendar time of the window, in percent. A machine is down during the union " +
			"of the downtimes of its records, of any kind, cut to the window; downtime that is open runs " +
			"until now. Time before a machine is in service, after it has retired and while it is INACTIVE is " +
			"left out.",
		compute: func(s *KpiSums) kpiResult {
			return s.availability(s.Down)
		},
	},
	KpiInherentAvailability: {
		unit: UnitPercent, present: false,
		definition: "Calendar time without the downtime of corrective work, divided by calendar time of the window, " +
			"in percent. Downtimes are joined and cut as for the calendar availability; the same time is " +
			"left out.",
		compute: func(s *KpiSums) kpiResult {
			return s.availability(s.CorrectiveDown)
		},
	},
	KpiFailures: {
		unit: UnitCount, present: false,
		definition: "Number of failures that began in the window. A failure is corrective work that has begun, is " +
			"not cancelled and is not a reversal. Records of one machine with downtimes that touch or overlap " +
			"are one failure; records without downtime of one machine and one day are one failure. It begins " +
			"with its first downtime, or else on the day on which the work began, or to which it counts if " +
			"that is unknown.",
		compute: func(s *KpiSums) kpiResult {
			return counted(s.Failures)
		},
	},
	KpiStoppingFailures: {
		unit: UnitCount, present: false,
		definition: "Number of failures that began in the window and stopped the machine: those with downtime.",
		compute: func(s *KpiSums) kpiResult {
			return counted(s.StoppingFailures)
		},
	},
	KpiMeanUpTime: {
		unit: UnitHours, present: false,
		definition: "Up time of the window, in calendar hours, divided by the number of failures. Time is left out as " +
			"for the calendar availability, with the failures that began in it.",
		compute: func(s *KpiSums) kpiResult {
			r := ratio(
				new(big.Rat).Sub(s.Calendar, s.Down),
				whole(s.CountedFailures),
				1,
				KpiNoFailures,
				s.CountedFailures,
				s.idle()...)
			if s.Calendar.Sign() == 0 {
				r.value, r.reason = nil, s.noTime()
			}
			return r
		},
	},
	KpiMeanOperatingTime: {
		unit: UnitHours, present: false,
		definition: "Hours on the meter between the first and the last reading of the window, divided by the number " +
			"of failures between them. Only machines with readings that cover 80 % of the window; nothing is " +
			"added beyond the readings, and the time from a reading to that of a replaced meter is not " +
			"covered.",
		compute: func(s *KpiSums) kpiResult {
			r := ratio(s.MeterHours, whole(s.MeteredFailures), 1, KpiNoFailures, s.MeteredFailures,
				KpiExclusion{KpiNoReadings, s.Machines - s.Metered})
			if r.coverage = s.meterCoverage(); s.Metered == 0 {
				r.value, r.reason = nil, KpiNoReadings
			}
			return r
		},
	},
	KpiMeanTimeToRestoration: {
		unit: UnitHours, present: false,
		definition: "Mean time from begin to completion of corrective work that was completed in the window, in " +
			"hours. Reversals are left out, and work that is open or of which a time is unknown.",
		compute: func(s *KpiSums) kpiResult {
			return s.restoration(s.Restorations.Mean)
		},
	},
	KpiMedianTimeToRestoration: {
		unit: UnitHours, present: false,
		definition: "Median of the times of `meanTimeToRestoration`.",
		compute: func(s *KpiSums) kpiResult {
			return s.restoration(s.Restorations.Median)
		},
	},
	KpiP90TimeToRestoration: {
		unit: UnitHours, present: false,
		definition: "90th percentile of the times of `meanTimeToRestoration`: the lowest of them that at least nine " +
			"of ten do not exceed.",
		compute: func(s *KpiSums) kpiResult {
			return s.restoration(s.Restorations.P90)
		},
	},
	KpiMeanDownTime: {
		unit: UnitHours, present: false,
		definition: "Mean length of the downtimes that began in the window, in hours, to their end also where that " +
			"is after the window. Downtimes of one machine that touch or overlap are one. Those that are " +
			"open are left out.",
		compute: func(s *KpiSums) kpiResult {
			return s.downTime(s.DownPeriods.Mean)
		},
	},
	KpiMedianDownTime: {
		unit: UnitHours, present: false,
		definition: "Median of the times of `meanDownTime`.",
		compute: func(s *KpiSums) kpiResult {
			return s.downTime(s.DownPeriods.Median)
		},
	},
	KpiP90DownTime: {
		unit: UnitHours, present: false,
		definition: "90th percentile of the times of `meanDownTime`: the lowest of them that at least nine of ten do " +
			"not exceed.",
		compute: func(s *KpiSums) kpiResult {
			return s.downTime(s.DownPeriods.P90)
		},
	},
	KpiCostPerHour: {
		unit: UnitMoneyPerHour, present: false,
		definition: "Cost of the work between the first and the last meter reading of the window, divided by the " +
			"hours on the meter between them, in the company's currency. Only machines with readings that cover " +
			"80 % of the window; without plans, cancelled work and records of unknown cost.",
		compute: func(s *KpiSums) kpiResult {
			return s.perHour(s.Cost, s.CostRecords, s.UnknownCosts)
		},
	},
	KpiLabourCostPerHour: {
		unit: UnitMoneyPerHour, present: false,
		definition: "Cost of labour, of the records with a split cost, divided by hours as in " +
			"`maintenanceCostPerHour`.",
		compute: func(s *KpiSums) kpiResult {
			return s.perHour(s.Labour, s.SplitRecords, s.UnknownSplits)
		},
	},
	KpiPartsCostPerHour: {
		unit: UnitMoneyPerHour, present: false,
		definition: "Cost of parts, of the records with a split cost, divided by hours as in " +
			"`maintenanceCostPerHour`.",
		compute: func(s *KpiSums) kpiResult {
			return s.perHour(s.Parts, s.SplitRecords, s.UnknownSplits)
		},
	},
	KpiCostToReplacement: {
		unit: UnitPercent, present: false,
		definition: "Cost of the work of the window, in progress or completed, divided by the replacement value of the " +
			"machines, in percent. Only machines whose replacement value is known and that were in service in the " +
			"window, and records of known cost. Standards take a window of a year.",
		compute: func(s *KpiSums) kpiResult {
			r := ratio(s.ValuedCost, s.ReplacementValue, 100, KpiNoValue, s.ValuedRecords,
				KpiExclusion{KpiNoValue, s.Machines - s.Valued}, KpiExclusion{KpiUnknownCost, s.ValuedUnknown})
			if s.Machines == 0 {
				r.reason = KpiNoMachines
			}
			if r.value != nil && s.ValuedRecords == 0 && s.ValuedUnknown > 0 {
				r.value, r.reason = nil, KpiUnknownCost
			}
			return r
		},
	},
	KpiPlannedShare: {
		unit: UnitPercent, present: false,
		definition: "Records completed in the window that had been planned, which have a due date, divided by all " +
			"that were completed, in percent. Reversals are left out.",
		compute: func(s *KpiSums) kpiResult {
			return ratio(whole(s.DonePlanned), whole(s.Done), 100, KpiNoRecords, s.Done)
		},
	},
	KpiBacklog: {
		unit: UnitCount, present: true,
		definition: "Number of records that are planned or in progress now, whatever the window. It has no " +
			"`previous`.",
		compute: func(s *KpiSums) kpiResult {
			return counted(s.Backlog)
		},
	},
	KpiOverdue: {
		unit: UnitCount, present: true,
		definition: "Number of records that are planned or in progress now and were due before today, whatever the " +
			"window. It has no `previous`.",
		compute: func(s *KpiSums) kpiResult {
			n := 0
			for _, of := range s.Overdue {
				n += of
			}
			return counted(n)
		},
	},
}

// CalendarAvailability returns the key figure of this name.
func (k *Kpis) CalendarAvailability() *Kpi { return k.figures[KpiCalendarAvailability] }

// InherentAvailability returns the key figure of this name.
func (k *Kpis) InherentAvailability() *Kpi { return k.figures[KpiInherentAvailability] }

// Failures returns the key figure of this name.
func (k *Kpis) Failures() *Kpi { return k.figures[KpiFailures] }

// StoppingFailures returns the key figure of this name.
func (k *Kpis) StoppingFailures() *Kpi { return k.figures[KpiStoppingFailures] }

// MeanUpTimeBetweenFailures returns the key figure of this name.
func (k *Kpis) MeanUpTimeBetweenFailures() *Kpi { return k.figures[KpiMeanUpTime] }

// MeanOperatingTimeBetweenFailures returns the key figure of this name.
func (k *Kpis) MeanOperatingTimeBetweenFailures() *Kpi { return k.figures[KpiMeanOperatingTime] }

// MeanTimeToRestoration returns the key figure of this name.
func (k *Kpis) MeanTimeToRestoration() *Kpi { return k.figures[KpiMeanTimeToRestoration] }

// MedianTimeToRestoration returns the key figure of this name.
func (k *Kpis) MedianTimeToRestoration() *Kpi { return k.figures[KpiMedianTimeToRestoration] }

// P90TimeToRestoration returns the key figure of this name.
func (k *Kpis) P90TimeToRestoration() *Kpi { return k.figures[KpiP90TimeToRestoration] }

// MeanDownTime returns the key figure of this name.
func (k *Kpis) MeanDownTime() *Kpi { return k.figures[KpiMeanDownTime] }

// MedianDownTime returns the key figure of this name.
func (k *Kpis) MedianDownTime() *Kpi { return k.figures[KpiMedianDownTime] }

// P90DownTime returns the key figure of this name.
func (k *Kpis) P90DownTime() *Kpi { return k.figures[KpiP90DownTime] }

// MaintenanceCostPerHour returns the key figure of this name.
func (k *Kpis) MaintenanceCostPerHour() *Kpi { return k.figures[KpiCostPerHour] }

// LabourCostPerHour returns the key figure of this name.
func (k *Kpis) LabourCostPerHour() *Kpi { return k.figures[KpiLabourCostPerHour] }

// PartsCostPerHour returns the key figure of this name.
func (k *Kpis) PartsCostPerHour() *Kpi { return k.figures[KpiPartsCostPerHour] }

// CostToReplacementValue returns the key figure of this name.
func (k *Kpis) CostToReplacementValue() *Kpi { return k.figures[KpiCostToReplacement] }

// PlannedShare returns the key figure of this name.
func (k *Kpis) PlannedShare() *Kpi { return k.figures[KpiPlannedShare] }

// Backlog returns the key figure of this name.
func (k *Kpis) Backlog() *Kpi { return k.figures[KpiBacklog] }

// Overdue returns the key figure of this name.
func (k *Kpis) Overdue() *Kpi { return k.figures[KpiOverdue] }

package graph

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// TestEveryFieldOfAnInputIsRead sets each field of an input to another value. What is read from the input must change
// with it: a field that the mapping forgets would be dropped silently.
func TestEveryFieldOfAnInputIsRead(t *testing.T) {
	t.Parallel()
	checkFields(t, func(in generated.CreateEquipmentInput) any { return result(newEquipment(in)) })
	checkFields(t, func(in generated.UpdateEquipmentInput) any { return result(equipmentItem(in)) })
	checkFields(t, func(in generated.UpdateCompanyInput) any { return result(companyPatch(in)) }, "expectedVersion")
	checkFields(t, func(given generated.UpdateUserInput) any {
		var in input
		return text(userChange(given)(&in))
	}, "expectedVersion", "userId")
	checkFields(t, func(in generated.CreateOperatorInput) any { return result(newOperator(in)) })
	checkFields(t, func(in generated.UpdateOperatorInput) any {
		id, patch, err := operatorPatch(in)
		return fmt.Sprint(id, text(patch), err)
	}, "expectedVersion")
	checkFields(t, func(in generated.AssignOperatorInput) any { return result(newAssignment(in)) })
	checkFields(t, func(in generated.CorrectAssignmentInput) any {
		id, patch, reason, err := assignmentCorrection(in)
		return fmt.Sprint(id, text(patch), text(reason), err)
	})
	checkFields(t, func(in generated.DeleteAssignmentInput) any {
		id, reason, err := assignmentDeletion(in)
		return fmt.Sprint(id, text(reason), err)
	})
	checkFields(t, func(in generated.PlanAssignmentInput) any {
		plan, reason, err := newAssignmentPlan(in)
		return fmt.Sprint(text(plan), text(reason), err)
	})
	checkFields(t, func(in generated.CancelAssignmentPlanInput) any {
		id, reason, err := assignmentPlanToCancel(in)
		return fmt.Sprint(id, text(reason), err)
	})
	checkFields(t, func(in generated.CreatePaperInput) any { return result(newPaper(in)) })
	checkFields(t, func(in generated.UpdatePaperInput) any {
		id, patch, err := paperPatch(in)
		return fmt.Sprint(id, text(patch), err)
	}, "expectedVersion")
	checkFields(t, func(in generated.CreateSiteInput) any { return text(newSite(in)) })
	checkFields(t, func(in generated.UpdateSiteInput) any {
		id, patch, err := sitePatch(in)
		return fmt.Sprint(id, text(patch), err)
	}, "expectedVersion")
	checkFields(t, func(in generated.CreateSavedQueryInput) any { return result(newSavedQuery(in)) })
	checkFields(t, func(in generated.UpdateSavedQueryInput) any {
		id, patch, err := savedQueryPatch(in)
		return fmt.Sprint(id, text(patch), err)
	}, "expectedVersion")
	checkFields(t, func(in generated.MoveEquipmentInput) any {
		move, reason, err := siteMove(in)
		return fmt.Sprint(text(move), text(reason), err)
	}, "expectedVersion")
	checkFields(t, func(in generated.CorrectSiteMoveInput) any {
		id, patch, reason, err := siteMoveCorrection(in)
		return fmt.Sprint(id, text(patch), text(reason), err)
	})
	checkFields(t, func(in generated.DeleteSiteMoveInput) any {
		id, reason, err := siteMoveDeletion(in)
		return fmt.Sprint(id, text(reason), err)
	})
	checkFields(t, func(in generated.ReleaseOperatorInput) any {
		machine, operator, err := release(in)
		return fmt.Sprint(machine, operator, err)
	}, "releasedAt")
	checkFields(t, func(in generated.AddMeterReadingInput) any { return result(newMeterReading(in)) }, "confirm")
	checkFields(t, func(in generated.AddMeterInput) any { return result(newMeter(in)) })
	checkFields(t, func(in generated.ChangeMeterInput) any {
		id, patch, err := meterPatch(in)
		return fmt.Sprint(id, text(patch), err)
	})
	checkFields(t, func(in generated.CorrectMeterReadingInput) any {
		id, patch, reason, err := readingCorrection(in)
		return fmt.Sprint(id, text(patch), text(reason), err)
	}, "confirm")
	checkFields(t, func(in generated.VoidMeterReadingInput) any {
		id, reason, err := voiding(in)
		return fmt.Sprint(id, text(reason), err)
	})
	checkFields(t, func(in generated.RecordMaintenanceInput) any { return result(newMaintenance(in)) }, "confirm")
	checkFields(t, func(in generated.StartMaintenanceInput) any {
		id, patch, err := start(in)
		return fmt.Sprint(id, text(patch), err)
	}, "expectedVersion", "stopsMachine")
	checkFields(t, func(in generated.CompleteMaintenanceInput) any {
		id, patch, err := completion(in)
		return fmt.Sprint(id, text(patch), err)
	}, "expectedVersion", "confirm")
	checkFields(t, func(in generated.CorrectMaintenanceInput) any {
		id, patch, reason, err := correction(in)
		return fmt.Sprint(id, text(patch), text(reason), err)
	}, "expectedVersion", "confirm")
	checkFields(t, func(in generated.MergeEquipmentInput) any {
		merge, reason, err := mergeOf(in)
		return fmt.Sprint(text(merge), text(reason), err)
	}, "confirm")
	checkFields(t, func(in generated.UndoMergeEquipmentInput) any {
		id, reason, err := mergeToUndo(in)
		return fmt.Sprint(id, text(reason), err)
	}, "expectedVersion")
	checkFields(t, func(in generated.MoveMaintenanceInput) any {
		id, to, reason, err := move(in)
		return fmt.Sprint(id, to, text(reason), err)
	}, "expectedVersion", "confirm")
}

func result[T any](value T, err error) string { return fmt.Sprint(text(value), err) }

func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}

// checkFields fails for each field of the input I that read ignores; elsewhere lists those that resolvers read.
func checkFields[I any](t *testing.T, read func(I) any, elsewhere ...string) {
	t.Helper()
	kind := reflect.TypeFor[I]()
	decode := func(values map[string]any) (in I) {
		t.Helper()
		if err := json.Unmarshal([]byte(text(values)), &in); err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		return in
	}
	required := map[string]any{}
	for i := range kind.NumField() {
		if name, optional, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ","); optional == "" {
			required[name] = sample(kind.Field(i), 0)
		}
	}
	base := read(decode(required))
	for i := range kind.NumField() {
		name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
		values := maps.Clone(required)
		values[name] = sample(kind.Field(i), 1)
		ignored := reflect.DeepEqual(base, read(decode(values)))
		for _, other := range elsewhere {
			ignored = ignored && name != other
		}
		if ignored {
			t.Errorf("%s.%s is not read", kind.Name(), name)
		}
	}
}

// sample returns one of two values for a field of an input.
func sample(f reflect.StructField, n int) any {
	idOf := map[string]fleet.Kind{
		"UserID":              fleet.KindUser,
		"EquipmentID":         fleet.KindEquipment,
		"OperatorID":          fleet.KindOperator,
		"AssignmentID":        fleet.KindAssignment,
		"AssignmentPlanID":    fleet.KindAssignmentPlan,
		"MeterID":             fleet.KindMeter,
		"MeterReadingID":      fleet.KindMeterReading,
		"SiteID":              fleet.KindSite,
		"SiteMoveID":          fleet.KindSiteMove,
		"PaperID":             fleet.KindPaper,
		"SavedQueryID":        fleet.KindSavedQuery,
		"ReversalOfID":        fleet.KindMaintenance,
		"MaintenanceRecordID": fleet.KindMaintenance,
	}
	if kind, ok := idOf[f.Name]; ok {
		return fleet.GlobalID(kind, fleet.UUID{15: byte(1 + n)})
	}
	switch typ := f.Type.String(); {
	case strings.HasSuffix(strings.Trim(typ, "]"), "bool"):
		return n == 1
	case strings.HasSuffix(strings.Trim(typ, "]"), "int"):
		return 1 + n
	case strings.Contains(typ, "fleet.Date"):
		return fmt.Sprintf("2026-01-0%d", 1+n)
	case strings.Contains(typ, "time.Time"):
		return fmt.Sprintf("2026-01-0%dT00:00:00Z", 1+n)
	default:
		return fmt.Sprint(7 + n)
	}
}

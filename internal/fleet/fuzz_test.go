package fleet_test

import (
	"math/big"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

func FuzzGlobalID(f *testing.F) {
	f.Add("equipment_01h455vb4pex5vsknk084sn02q")
	f.Add("equipment_7zzzzzzzzzzzzzzzzzzzzzzzzz")
	f.Add("equipment_8zzzzzzzzzzzzzzzzzzzzzzzzz")
	f.Add("_")
	f.Fuzz(func(t *testing.T, s string) {
		kind, key, err := fleet.ParseGlobalID(s)
		if err != nil {
			if fleet.CodeOf(err) != fleet.BadInput {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if back := fleet.GlobalID(kind, key); back != s {
			t.Fatalf("%q reads as the id %q", s, back)
		}
	})
}

// TestGlobalIDIsATypeID uses an example of the specification.
func TestGlobalIDIsATypeID(t *testing.T) {
	key, err := fleet.ParseUUID("01890a5d-ac96-774b-bcce-b302099a8057")
	if err != nil {
		t.Fatal(err)
	}
	if got := fleet.GlobalID(fleet.KindUser, key); got != "user_01h455vb4pex5vsknk084sn02q" {
		t.Errorf("got %s", got)
	}
}

func FuzzCursor(f *testing.F) {
	names := fleet.EquipmentNameAsc.List(fleet.UUID{1})
	f.Add(names.Cursor(fleet.Position{Key: "Crane", ID: fleet.UUID{2}}), "Crane")
	f.Add("", "\x00")
	f.Add("AQA", "Größe")
	f.Add("AQhOQU1FX0FTQwIAAAAAAAAAAAAAAAAAAABDcmFuZRLZa\nfw", "0") // base64 ignores the line feed
	lists := []fleet.List{names, fleet.EquipmentCostDesc.List(fleet.UUID{1}),
		fleet.EquipmentCreatedAtAsc.List(fleet.UUID{1}), fleet.MaintenanceDateDesc.List(fleet.UUID{1})}
	f.Fuzz(func(t *testing.T, cursor, key string) {
		for i, l := range lists {
			p, err := l.Position(cursor)
			if err != nil {
				if fleet.CodeOf(err) != fleet.BadInput {
					t.Fatalf("%q: %v", cursor, err)
				}
				continue
			}
			if back := l.Cursor(p); back != cursor {
				t.Fatalf("%q reads as %q", cursor, back)
			}
			for j, other := range lists {
				if _, err := other.Position(cursor); i != j && err == nil {
					t.Fatalf("%q is a cursor of two lists", cursor)
				}
			}
		}
		if fleet.CheckText(key) == nil && len(key) < 1000 {
			want := fleet.Position{Key: key, ID: fleet.UUID{9}}
			if got, err := names.Position(names.Cursor(want)); err != nil || got != want {
				t.Fatalf("%q came back as %q, %v", key, got.Key, err)
			}
		}
	})
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "-0.00", "12.50", "1e5", "+1", ".5", "5.", "007", "--1", "٣"} {
		f.Add(s, "1.5")
	}
	f.Fuzz(func(t *testing.T, s, other string) {
		d, err := fleet.ParseDecimal(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(s)
		got, okGot := new(big.Rat).SetString(string(d))
		if !ok || !okGot || want.Cmp(got) != 0 {
			t.Fatalf("%q reads as %q", s, d)
		}
		if again, err := fleet.ParseDecimal(string(d)); err != nil || again != d {
			t.Fatalf("%q is not stable: %q, %v", d, again, err)
		}
		if o, err := fleet.ParseDecimal(other); err == nil {
			right, _ := new(big.Rat).SetString(other)
			if d.Cmp(o) != want.Cmp(right) {
				t.Fatalf("%q compares wrongly to %q", d, o)
			}
			sum, _ := new(big.Rat).SetString(string(d.Plus(o)))
			if sum.Cmp(right.Add(right, want)) != 0 {
				t.Fatalf("%q + %q = %q", d, o, d.Plus(o))
			}
		}
		if trimmed, _ := new(big.Rat).SetString(string(d.Trim(1))); trimmed == nil || trimmed.Cmp(want) != 0 {
			t.Fatalf("%q trimmed is %q", d, d.Trim(1))
		}
	})
}

package store_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// TestTheDatabaseFoldsAndTidiesAsTheDomainDoes compares the functions on each letter and blank of the
// scripts in use, composed and decomposed, alone and within words.
func TestTheDatabaseFoldsAndTidiesAsTheDomainDoes(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	var samples []string
	for r := rune(0x20); r < 0x2100; r++ {
		if unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Zs, unicode.Mn) || r < 0x7f {
			samples = append(samples, string(r), "a"+string(r)+"b C", "x "+string(r)+"\u0301 y")
		}
	}
	samples = append(samples, " a \u00a0 b\nc ", "Gru\u0301a", "")
	var folded, tidied, keys []string
	err := db.InTx(t.Context(), func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT array_agg(text_fold(t) ORDER BY n), array_agg(text_tidy(t) ORDER BY n),
			array_agg(text_key(t) ORDER BY n) FROM unnest($1::text[]) WITH ORDINALITY AS s (t, n)`, samples).
			Scan(&folded, &tidied, &keys)
	})
	if err != nil || len(samples) < 3000 {
		t.Fatal(len(samples), err)
	}
	for i, s := range samples {
		fold := fleet.Fold(s)
		if folded[i] != fold {
			t.Errorf("text_fold(%+q) is %+q, Fold %+q", s, folded[i], fold)
		}
		if key := strings.Join(strings.Fields(fold), ""); keys[i] != key {
			t.Errorf("text_key(%+q) is %+q, want %+q", s, keys[i], key)
		}
		if tidy := fleet.Tidy(s); tidied[i] != tidy && !strings.Contains(s, "\n") {
			t.Errorf("text_tidy(%+q) is %+q, Tidy %+q", s, tidied[i], tidy)
		}
	}
}

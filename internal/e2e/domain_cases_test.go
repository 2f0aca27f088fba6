package e2e_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// domainCases are faults that were found by using the product as a fleet does, and the tests of what
// it does instead: the folder of the package, a dot, and the test.
var domainCases = map[string][]string{
	"D1": {"internal/e2e.TestTheHistoryTellsOfRowsThatAreGone"},
	"D2": {"internal/e2e.TestAMistypedReadingIsVoided", "internal/e2e.TestAReadingIsCorrected",
		"internal/e2e.TestAnImplausibleMeterIsConfirmed"},
	"D3": {"internal/e2e.TestADeletedRecordLeavesEveryListAndFigure", "internal/e2e.TestWorkIsReopened",
		"internal/e2e.TestARecordMovesToItsMachine", "internal/e2e.TestAReversalIsOfOneRecord"},
	"D4": {"internal/e2e.TestDeletingAsksWhatBecomesOfOpenWork", "internal/e2e.TestADeletedMachineLeavesEveryListAndSum"},
	"D5": {"internal/e2e.TestADeletedMachineLeavesEveryListAndSum", "internal/e2e.TestADeletedOperatorComesBack",
		"internal/e2e.TestOnlyAManagerAsksForDeletedRows", "internal/e2e.TestTheHistoryTellsOfRowsThatAreGone"},
	"D6": {"internal/e2e.TestTheLastWorkIsNoPlan"},
	"D7": {"internal/e2e.TestAnOverdueJobCostsTheDayItIsDoneAndStaysLate", "internal/fleet.TestDatesOfSteps"},
	"D8": {"internal/e2e.TestAMachineIsDownUntilItIsToldOtherwise",
		"internal/e2e.TestAMachineIsInMaintenanceWhileAnyDowntimeRuns",
		"internal/e2e.TestDowntimeThatWasRecordedAheadBegins"},
	"D11": {"internal/e2e.TestAnImportRefusesWhatTheAPIRefuses", "internal/e2e.TestImportedWorkMovesItsMachine",
		"internal/e2e.TestImportedStatusesEndWhatIsOpen", "internal/ingest.TestImportsObeyTheRulesOfWork"},
	"D14": {"internal/e2e.TestBlanksAndCaseMakeNoNewMachine", "internal/e2e.TestBlanksInAFileMakeNoNewMachine"},
	"D16": {"internal/e2e.TestAMachineBecomesWhatItWas", "internal/fleet.TestAPersonSaysWhatAMachineIs"},
	"D17": {"internal/e2e.TestUnknownCostOfWorkIsNoPartOfAMean", "internal/e2e.TestAnUnknownCostIsMissingAndNoZero",
		"internal/ingest.TestImportsKeepCostsThatAreKnown"},
	"D18": {"internal/e2e.TestARefusedReleaseNamesItsArgument", "internal/e2e.TestRefusedChangesNameTheField",
		"graph.TestErrorsNameWhatWasSent"},
	"D19": {"internal/e2e.TestNamesSortAlikeInEveryDatabase", "internal/e2e.TestSearchesIgnoreAccents"},
	"D20": {"internal/e2e.TestFiltersSelectWhatTheySay", "internal/e2e.TestBadInputIsNamed"},
	"D21": {"internal/e2e.TestAnImplausibleMeterIsConfirmed"},
	"D22": {
		"internal/e2e.TestRefusedChangesNameTheField", "internal/fleet.TestMistypedMomentsAreRefused", // years
		"internal/fleet.TestAReleaseTellsItsMachine", "internal/e2e.TestTheHistoryOfAssignmentsReadsWell", // a release
		"internal/e2e.TestNamesSortAlikeInEveryDatabase",            // numbers within names
		"internal/e2e.TestAnEmptyCompanyHasSumsOfZeroAndNoAverages", // digits of a sum
		"internal/e2e.TestTheDayOfWorkIsThatOfTheCompany",           // tomorrow
		"internal/e2e.TestAKeyMakesAWriteHappenOnce",                // the life of a key
		"cmd/server.TestAnImportWorksBesideTheServer",               // the address of the database
	},
}

// listedCases are the numbers of the cases in their list, which lies beside the checkout and not in it.
func listedCases(t *testing.T) (list []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "cases", "domain.md"))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("the cases are not here:", err)
	}
	for _, match := range regexp.MustCompile(`(?m)^\*\*(D\d+)\b`).FindAllStringSubmatch(string(text), -1) {
		list = append(list, match[1])
	}
	if len(list) < 17 {
		t.Fatalf("the list has %d cases: %v", len(list), list)
	}
	return list
}

// testsOf are the names of the test functions of a package.
func testsOf(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(folder), "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no tests: %v", folder, err)
	}
	tests := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				tests[f.Name.Name] = true
			}
		}
	}
	return tests
}

// TestEveryCaseOfTheDomainHasItsTest: the list of the cases and domainCases agree, and each test is in the source.
func TestEveryCaseOfTheDomainHasItsTest(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]bool{}
	for name, list := range domainCases {
		if len(list) == 0 {
			t.Errorf("%s has no test", name)
		}
		for _, full := range list {
			folder, test, _ := strings.Cut(full, ".")
			if tests[folder] == nil {
				tests[folder] = testsOf(t, folder)
			}
			if !tests[folder][test] {
				t.Errorf("%s: %s is not in the source", name, full)
			}
		}
	}
	listed := listedCases(t)
	for _, name := range listed {
		if domainCases[name] == nil {
			t.Errorf("%s is in the list and has no test here", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(domainCases)) {
		if !slices.Contains(listed, name) {
			t.Errorf("%s is not in the list", name)
		}
	}
}

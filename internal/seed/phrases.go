package seed

// job is a repair in the words of technicians.
type job struct {
	traits  trait // of the machines that have such a part; 0 is all
	part    string
	faults  []string
	actions []string
}

var jobs = []job{
	{hydraulic, "boom cylinder", []string{"leaking at the rod seal", "drifting under load", "rod scored"},
		[]string{"resealed and pressure tested", "cylinder exchanged", "seal kit fitted"}},
	{hydraulic, "hydraulic hose", []string{"burst", "chafed through", "weeping at the fitting", "leaking"},
		[]string{"new hose made up on site and fitted", "replaced, oil topped up", "replaced and rerouted, clamps added"}},
	{hydraulic, "main hydraulic pump", []string{"losing pressure when hot", "whining", "metal in the case drain"},
		[]string{"exchanged for a reconditioned unit, system flushed", "regulator set, pressures recorded",
			"stripped and resealed"}},
	{hydraulic, "pilot valve", []string{"sticking", "jerky to the left"},
		[]string{"cleaned and adjusted", "cartridge replaced"}},
	{hydraulic, "hydraulic oil cooler", []string{"blocked with dust, oil at 95 °C", "cracked at the lower tank"},
		[]string{"blown out and washed", "removed, welded and refitted"}},
	{digging, "bucket teeth", []string{"worn to the adapters", "two missing", "one lost in the cut"},
		[]string{"full set fitted", "replaced with pins and retainers", "teeth and side cutters replaced"}},
	{digging, "bucket linkage pins", []string{"10 mm play", "seized", "worn bushes"},
		[]string{"line-bored and new bushes pressed", "pins and bushes replaced", "shimmed and greased"}},
	{digging, "quick coupler", []string{"not locking on the rear pin", "safety catch bent", "proximity sensor dead"},
		[]string{"lock cylinder replaced and function tested", "catch replaced", "sensor and plug renewed"}},
	{digging, "stick", []string{"crack at the bucket-cylinder bracket", "weld opened near the foot"},
		[]string{"gouged out, welded and crack tested", "plate welded over, dye-penetrant test clear"}},
	{tracked, "track chain", []string{"too slack, jumps the sprocket", "link cracked", "stretched past the wear limit"},
		[]string{"tensioned", "link replaced", "chains and sprockets replaced both sides"}},
	{tracked, "final drive", []string{"leaking at the duo-cone seal", "noisy", "running hot"},
		[]string{"seal replaced, oil filled", "exchange unit fitted", "opened, bearings renewed"}},
	{tracked, "bottom roller", []string{"seized", "leaking", "flange worn"},
		[]string{"replaced", "two rollers replaced", "pair replaced, guards refitted"}},
	{tracked, "idler", []string{"worn", "bearing gone"}, []string{"replaced with recoil spring", "exchanged"}},
	{wheeled, "tyre", []string{"cut in the side wall", "flat, bolt in the tread", "worn to 20 %"},
		[]string{"replaced on site", "plugged and pressure set", "pair replaced, wheel nuts torqued"}},
	{wheeled, "service brake", []string{"weak on the slope", "dragging", "pressure warning"},
		[]string{"discs replaced, bled", "accumulator recharged", "caliper freed, brake test passed"}},
	{wheeled, "axle oscillation bearing", []string{"dry and knocking", "play 3 mm"},
		[]string{"bushes replaced", "greased and re-shimmed"}},
	{wheeled, "propshaft", []string{"vibration above 25 km/h", "universal joint broken"},
		[]string{"joints replaced and balanced", "exchanged"}},
	{wheeled, "steering cylinder", []string{"leaking", "ball joint worn"},
		[]string{"resealed", "joint replaced, toe set"}},
	{lifting, "load-moment indicator", []string{"error E37", "length signal lost", "shuts off too early"},
		[]string{"cable drum replaced and calibrated", "sensor replaced, test weights lifted", "recalibrated and sealed"}},
	{lifting, "hoist rope", []string{"broken wires over the limit", "bird-caged"},
		[]string{"replaced, end fitting pressed", "cut back and re-socketed"}},
	{lifting, "boom wear pads", []string{"worn, boom shudders", "loose"},
		[]string{"replaced and shimmed", "screws secured, play set"}},
	{0, "alternator", []string{"not charging", "belt slipping", "bearing noise"},
		[]string{"replaced", "belt and tensioner replaced", "regulator changed"}},
	{0, "starter battery", []string{"flat after the weekend", "cell dead", "terminals corroded"},
		[]string{"pair replaced", "charged and load tested", "terminals cleaned, isolator fitted"}},
	{0, "starter motor", []string{"solenoid clicks only", "pinion does not engage"},
		[]string{"replaced", "overhauled and refitted"}},
	{0, "fuel system", []string{"engine dies under load", "water in fuel", "air leak on the suction side",
		"lift pump weak"}, []string{"filters replaced, tank drained", "pipe sealed and bled", "lift pump replaced"}},
	{0, "injector no. 3", []string{"return flow too high", "knocking, cylinder cut-out test positive"},
		[]string{"replaced and coded", "full set replaced"}},
	{0, "DPF", []string{"soot load 98 %, derate", "regeneration aborts", "differential-pressure fault"},
		[]string{"forced regeneration, sensor lines cleaned", "filter exchanged", "dosing injector replaced"}},
	{0, "AdBlue pump", []string{"no pressure, inducement level 2", "frozen", "crystals in the line"},
		[]string{"replaced, tank flushed", "heater repaired", "line washed out and tested"}},
	{0, "water pump", []string{"leaking at the weep hole", "bearing play"},
		[]string{"replaced with thermostat and coolant", "replaced"}},
	{0, "radiator", []string{"leaking", "clogged, coolant at 104 °C"},
		[]string{"recored", "cleaned out with low pressure", "exchanged"}},
	{0, "turbocharger", []string{"oil at the compressor side", "no boost, hose off", "shaft play"},
		[]string{"exchanged, oil feed line renewed", "hose and clamp replaced", "cartridge replaced"}},
	{0, "wiring harness", []string{"rubbed through behind the cab", "mice damage", "intermittent earth fault"},
		[]string{"repaired and sleeved", "section replaced", "earth point cleaned and bolted"}},
	{0, "work lights", []string{"three out", "broken lens"}, []string{"LED units fitted", "replaced"}},
	{0, "air conditioning", []string{"blows warm", "compressor clutch open circuit"},
		[]string{"leak found at the condenser, recharged", "compressor replaced, recharged"}},
	{0, "seat", []string{"suspension collapsed", "switch faulty, machine will not start"},
		[]string{"air bellows replaced", "switch replaced"}},
	{0, "door glass", []string{"smashed overnight, police report filed", "cracked by a stone"},
		[]string{"replaced", "polycarbonate fitted"}},
	{0, "display", []string{"black", "shows CAN error 2000639"},
		[]string{"connector dried and sealed", "unit exchanged, parameters loaded"}},
	{0, "hour meter", []string{"does not count", "fogged up"},
		[]string{"replaced, old reading noted", "dried and sealed"}},
	{towed, "drawbar", []string{"bent", "overrun brake seized"},
		[]string{"straightened and crack tested", "brake overhauled"}},
	{towed, "control panel", []string{"low-oil shutdown with oil full", "breaker trips at 60 % load"},
		[]string{"sensor replaced, run up to full load", "breaker replaced, insulation test 220 MΩ"}},
}

// jobsOf lists the jobs that machines with these traits can need.
func jobsOf(traits trait) []*job {
	var list []*job
	for i := range jobs {
		if jobs[i].traits == 0 || jobs[i].traits&traits != 0 {
			list = append(list, &jobs[i])
		}
	}
	return list
}

var sides = []string{"LH ", "RH ", "front ", "rear "}

// remark is a phrase for machines with one of the traits; 0 stands for all.
type remark struct {
	traits trait
	text   string
}

// remarkFor draws a phrase that fits a machine of these traits.
func remarkFor(r *random, list []remark, traits trait) string {
	for {
		if m := one(r, list); m.traits == 0 || m.traits&traits != 0 {
			return m.text
		}
	}
}

var (
	findings = []remark{{0, "No defects."}, {0, "Passed."},
		{0, "Passed, minor defects noted: mirror cracked, beacon out."},
		{tracked, "Passed with advice: tracks at 60 %."}, {wheeled, "Passed with advice: tyres at 30 %."},
		{0, "Fire extinguisher out of date, replaced."},
		{tracked | wheeled, "Seat belt worn, replaced. Passed."}, {0, "Passed. Next due in 12 months."},
		{digging, "Oil leak at the slew motor to be watched."},
		{lifting, "Load test done with 110 %. Passed."}, {tracked | wheeled, "Reverse alarm weak, adjusted. Passed."},
		{0, "Passed. Certificate handed to site."},
		{towed, "Earth fault protection tested, trips in 28 ms."}}
	serviced = []remark{{0, "Oil and filters changed, greased."}, {0, "Engine oil, fuel and air filters."},
		{0, "Done to schedule, samples taken."},
		{tracked, "Filters, belts checked, track tension set."}, {0, "Oil sample sent to lab, iron slightly raised."},
		{tracked | wheeled, "All fluids checked, cab filter replaced."},
		{hydraulic, "Hydraulic return filter replaced as well."}, {0, "Valve clearance checked."},
		{digging, "Swing gear oil changed."},
		{0, "Site was muddy, washed first."}, {wheeled, "Axle oils changed, wheel nuts checked."},
		{towed, "Coolant strength checked, ran up under load."}}
	modified = []remark{{digging, "2D grade control retrofitted and calibrated."},
		{tracked | wheeled, "Rear and right-hand cameras fitted."}, {0, "Telematics unit fitted, paired and tested."},
		{digging, "Hammer pipework and second auxiliary circuit fitted."},
		{tracked | wheeled, "Human-detection camera system installed."},
		{digging | lifting, "Boom check valves retrofitted for lifting duty."},
		{hydraulic, "Automatic lubrication retrofitted."}, {0, "Engine software updated to the maker's bulletin."},
		{tracked | wheeled, "Rotating beacon replaced with green seat-belt beacon."},
		{0, "Tool box and refuelling pump fitted."},
		{hydraulic, "Biodegradable hydraulic oil filled for work at the reservoir."},
		{towed, "Noise baffles fitted for work in town at night."}}
	otherWork = []remark{{0, "Washed and degreased for transport."}, {0, "Low-loader to site and back."},
		{0, "Winter preparation: antifreeze to -30 °C, battery check."},
		{tracked | wheeled, "Keys replaced, immobiliser coded."}, {0, "Company livery and fleet number renewed."},
		{0, "Diesel bug treatment of the tank."}, {digging, "Bucket changed and greased."},
		{0, "Damage by vandalism photographed for the insurer."}, {0, "Loan machine delivered."},
		{0, "Laid up over the holidays, batteries isolated."}, {0, "Fuel stolen, tank lock fitted."}}
)

var (
	inspected = []string{"Annual inspection", "Thorough examination", "Yearly safety inspection",
		"Statutory inspection", "Pre-hire inspection", "Handover inspection"}
	expected = []string{"Slot agreed with site.", "Parts ordered.", "Dealer confirmed.",
		"Machine to be brought to the yard.", ""}
	cancelledFor = []string{"machine off hire", "done with the next service", "not needed any more", "double entry",
		"site closed"}
	reversedFor = []string{"Reversal: booked twice.", "Reversal: invoice was for another machine.",
		"Credit note from supplier.", "Reversal, warranty claim accepted."}
	workshops = []string{"Own workshop", "Main yard workshop", "Field service van 1", "Field service van 2",
		"Field service van 4", "Night shift workshop",
		"Ridgeway Plant Services", "Talbot Plant Repairs", "Kessler Baumaschinenservice", "Lindqvist Engine Works"}
	inspectors = []string{"Allied Lifting Inspections", "TechCert", "Regional safety inspectorate", "H&S department",
		"Insurance surveyor"}
)

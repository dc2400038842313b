package bench

import (
	"bufio"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// Machine is where and with what a figure was measured.
type Machine struct {
	Processor string            `json:"processor"`
	Cores     int               `json:"cores"`
	System    string            `json:"system"`
	Versions  map[string]string `json:"versions"`
}

// measured are the modules whose versions matter to a figure.
var measured = map[string]string{
	"go.temporal.io/server": "temporalServer",
	"go.temporal.io/sdk":    "temporalSDK",
	"modernc.org/sqlite":    "sqlite",
}

// ThisMachine describes the machine and the program.
func ThisMachine() Machine {
	m := Machine{Processor: processor(), Cores: runtime.GOMAXPROCS(0), System: runtime.GOOS + "/" + runtime.GOARCH,
		Versions: map[string]string{"go": runtime.Version()}}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return m
	}
	m.Versions["duban"] = info.Main.Version
	for _, module := range info.Deps {
		if name, wanted := measured[module.Path]; wanted {
			m.Versions[name] = module.Version
		}
	}
	return m
}

// processor is the name of the processor where the system tells it.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	defer func() { _ = file.Close() }() // read only
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if name, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

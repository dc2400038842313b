package rehearsal

import (
	"encoding/json"
	"fmt"
	"os"

	"gopkg.in/yaml.v3"

	"duban/rehearsal/behaviour"
)

// mostBehaviour bounds a behaviour file, in bytes.
const mostBehaviour = 1 << 20

// ReadBehaviour reads a behaviour file, YAML or JSON, which is YAML too.
func ReadBehaviour(path string) (behaviour.Behaviour, error) {
	info, err := os.Stat(path)
	if err != nil {
		return behaviour.Behaviour{}, fmt.Errorf("behaviour file: %w", err)
	}
	if info.Size() > mostBehaviour {
		return behaviour.Behaviour{}, fmt.Errorf("behaviour file %s: %d bytes are too many; at most %d", path, info.Size(), mostBehaviour)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return behaviour.Behaviour{}, fmt.Errorf("behaviour file: %w", err)
	}
	read, err := parseBehaviour(text)
	if err != nil {
		return behaviour.Behaviour{}, fmt.Errorf("behaviour file %s: %w", path, err)
	}
	return read, nil
}

func parseBehaviour(text []byte) (behaviour.Behaviour, error) {
	content := map[string]any{}
	if err := yaml.Unmarshal(text, &content); err != nil {
		return behaviour.Behaviour{}, err
	}
	asJSON, err := json.Marshal(content)
	if err != nil {
		return behaviour.Behaviour{}, fmt.Errorf("it holds what JSON cannot: %w", err)
	}
	return behaviour.Parse(asJSON)
}

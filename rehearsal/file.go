package rehearsal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"gopkg.in/yaml.v3"

	"duban/act"
	"duban/rehearsal/behaviour"
)

// mostBehaviour bounds a behaviour file, in bytes.
const mostBehaviour = 1 << 20

// ReadBehaviour reads a behaviour file, YAML or JSON, which is YAML too. What is
// wrong with its content is an *act.Refusal.
func ReadBehaviour(path string) (behaviour.Behaviour, error) {
	text, err := readSmall(path)
	if err != nil {
		return behaviour.Behaviour{}, err
	}
	read, err := parseBehaviour(text)
	if err != nil {
		return behaviour.Behaviour{}, fmt.Errorf("behaviour file %s: %w", path, err)
	}
	return read, nil
}

func readSmall(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("无法打开行为文件 / cannot open the behaviour file: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(file, mostBehaviour+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("无法读取行为文件 / cannot read the behaviour file: %w", err)
	}
	if len(text) > mostBehaviour {
		return nil, act.Malformed("behaviour-too-large", "行为文件过大，最多 1 MiB。", "The behaviour file is too large; 1 MiB at most.")
	}
	return text, nil
}

func parseBehaviour(text []byte) (behaviour.Behaviour, error) {
	content := map[string]any{}
	if err := yaml.Unmarshal(text, &content); err != nil {
		return behaviour.Behaviour{}, notYAML(err)
	}
	asJSON, err := json.Marshal(content)
	if err != nil {
		return behaviour.Behaviour{}, notYAML(err)
	}
	return behaviour.Parse(asJSON)
}

// notYAML refuses what is neither YAML nor JSON, with the parser's own words,
// which tell the line.
func notYAML(err error) error {
	return act.Malformed("behaviour-syntax", "行为文件不是有效的 YAML 或 JSON："+err.Error(), "The behaviour file is no valid YAML or JSON: "+err.Error())
}

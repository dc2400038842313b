package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"
)

// settings are the values of a configuration file, by flag name.
type settings map[string]any

// configFile reads a YAML file whose keys are flag names.
func configFile(r io.Reader) (kong.Resolver, error) {
	values := settings{}
	if err := yaml.NewDecoder(r).Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the configuration is not YAML: %w", err)
	}
	return values, nil
}

// Validate refuses keys that are no flag of any command: a misspelt setting
// must not be silently without effect.
func (s settings) Validate(app *kong.Application) error {
	known := map[string]bool{}
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for key := range s {
		if !known[key] {
			return fmt.Errorf("the configuration sets %q, which is no flag", key)
		}
	}
	return nil
}

// Resolve gives the value of a flag, if the file has one.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, found := s[flag.Name]
	if !found {
		return nil, nil
	}
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil // kong has read it, and asks the file after it
		}
	}
	if list, ok := value.([]any); ok {
		parts := make([]string, len(list))
		for i, part := range list {
			parts[i] = fmt.Sprint(part)
		}
		return strings.Join(parts, ","), nil
	}
	return fmt.Sprint(value), nil
}

// Records what Flux makes of the texts in a file: reads {"variables": {name: value}, "cases": [{"text": ...}]}
// from standard input and writes the same with the results filled in.
//
//	go mod tidy && go run record.go < substitution.json > recorded.json
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fluxcd/pkg/envsubst"
)

type testCase struct {
	Text string `json:"text"`
	// The result. Absent if there is an error.
	Output *string `json:"output,omitempty"`
	// The message of the error, "panic", or "not UTF-8" for a result that no YAML reader would take.
	Error string `json:"error,omitempty"`
	// The variable that strict mode complains about.
	Missing string `json:"missing,omitempty"`
}

type testFile struct {
	Variables map[string]string `json:"variables"`
	Cases     []testCase        `json:"cases"`
}

// The start of the message of an error that the package does not export.
const missing = `variable not set (strict mode): `

func evaluate(text string, variables map[string]string, strict bool) (output, failure string) {
	defer func() {
		if recover() != nil {
			output, failure = "", "panic"
		}
	}()
	output, err := envsubst.Eval(text, func(name string) (string, bool) {
		value, exists := variables[name]
		return value, exists || !strict
	})
	if err != nil {
		return "", err.Error()
	}
	if !utf8.ValidString(output) {
		return "", "not UTF-8"
	}
	return output, ""
}

func main() {
	var file testFile
	if err := json.NewDecoder(os.Stdin).Decode(&file); err != nil {
		log.Fatal(err)
	}
	for i, c := range file.Cases {
		recorded := testCase{Text: c.Text}
		output, failure := evaluate(c.Text, file.Variables, false)
		if failure == "" {
			recorded.Output = &output
		} else {
			recorded.Error = failure
		}
		_, failure = evaluate(c.Text, file.Variables, true)
		if quoted, found := strings.CutPrefix(failure, missing); found {
			name, err := strconv.Unquote(quoted)
			if err != nil {
				log.Fatal(err)
			}
			recorded.Missing = name
		}
		file.Cases[i] = recorded
	}
	// One line for each case, so that changes can be read.
	lines := make([]string, len(file.Cases))
	for i, c := range file.Cases {
		lines[i] = encoded(c)
	}
	fmt.Printf("{\"variables\": %s,\n\"cases\": [\n%s\n]}\n", encoded(file.Variables), strings.Join(lines, ",\n"))
}

func encoded(value any) string {
	var buffer strings.Builder
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		log.Fatal(err)
	}
	return strings.TrimSuffix(buffer.String(), "\n")
}

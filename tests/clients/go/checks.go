package main

import (
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
)

// One line per check, and a count at the end.

var passed, failed int

// failure is what a check panics with; any other panic fails it too, with a trace.
type failure struct{ err error }

// check runs a check, which fails by must and its kin; the run goes on.
func check(name string, body func()) {
	defer func() {
		if thrown := recover(); thrown != nil {
			failed++
			text := fmt.Sprintf("%v\n%s", thrown, debug.Stack())
			if known, ok := thrown.(failure); ok {
				text = known.err.Error()
			}
			fmt.Printf("FAIL  %s\n      %s\n", name, strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n      "))
		}
	}()
	body()
	passed++
	fmt.Printf("ok    %s\n", name)
}

// refused passes if the last step fails, and as it should: because of what the body returns.
func refused(name string, matches func(error) bool, body func() error) {
	check(name, func() {
		err := body()
		assert(err != nil, "was not refused")
		assert(matches(err), "was refused for another reason: %v", err)
	})
}

// anyhow takes every reason.
func anyhow(error) bool { return true }

// saying takes what the library says in these words.
func saying(words string) func(error) bool {
	return func(err error) bool { return strings.Contains(err.Error(), words) }
}

// must goes on where nothing went wrong.
func must(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// get is the value, where nothing went wrong.
func get[T any](value T, err error) T {
	must(err)
	return value
}

func assert(holds bool, otherwise string, values ...any) {
	if !holds {
		panic(failure{fmt.Errorf(otherwise, values...)})
	}
}

func assertEqual(found, wanted any) {
	assert(reflect.DeepEqual(found, wanted), "%v instead of %v", found, wanted)
}

// summary prints the count; true if all passed.
func summary(what string) bool {
	fmt.Printf("%s: %d passed, %d failed\n", what, passed, failed)
	return failed == 0 && passed > 0
}

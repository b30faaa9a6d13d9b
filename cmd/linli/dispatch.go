package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"runtime/debug"

	"linli/internal/platform/assign"
)

type assignCmd struct {
	Solve solveCmd `cmd:"" help:"Solve one instance of the assignment problem: reads JSON, writes assignment, objective and proven bound."`
}

type solveCmd struct {
	File string `arg:"" help:"Instance; - is standard input."`
}

// Run gives up as soon as the command is stopped, even while it waits for input.
func (c *solveCmd) Run(ctx context.Context) error {
	debug.SetGCPercent(10) // little is thrown away, and what is should not be kept beside a large instance
	done := make(chan error, 1)
	go func() { done <- c.solve(ctx) }()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			return err
		}
	case <-ctx.Done():
	}
	return errors.New("stopped before there was an answer")
}

func (c *solveCmd) solve(ctx context.Context) error {
	var in io.Reader = os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	instance, err := assign.ReadInstance(ctx, in)
	if err != nil {
		return err
	}
	runtime.GC() // what reading needed makes room for what solving needs
	if err := instance.Solve(ctx); err != nil {
		return err
	}
	return instance.Write(ctx, os.Stdout)
}

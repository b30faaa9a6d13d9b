package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"linli/internal/app"
	"linli/internal/civic/account"
	"linli/internal/platform/auth"
	"linli/internal/platform/config"
)

type adminCmd struct {
	Create        adminCreateCmd `cmd:"" help:"Make an account with its first role; no default account exists."`
	ResetPassword adminResetCmd  `cmd:"" help:"Give a new initial password."`
	Lock          adminLockCmd   `cmd:"" help:"Shut an account."`
	Unlock        adminUnlockCmd `cmd:"" help:"Open it again."`
}

// console is what every command on accounts takes.
type console struct {
	config.Store
	Demo   bool   `env:"LINLI_DEMO" help:"The database is a demo."`
	Reason string `default:"控制台操作" help:"Why; it stands in the trail."`
	JSON   bool   `name:"json" help:"As JSON."`
}

// secret is a password from standard input, or none to have one generated.
type secret struct {
	PasswordStdin bool `help:"Read the password from the first line of standard input; else one is generated and printed once."`
}

func (s secret) read() (string, error) {
	if !s.PasswordStdin {
		return "", nil
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", fmt.Errorf("no password on standard input: %w", err)
	}
	return line, nil
}

// with runs fn as the console, over the open program.
func (c console) with(ctx context.Context, fn func(context.Context, *app.App) error) error {
	d, keys, err := app.Open(ctx, c.Store, "international")
	if err != nil {
		return err
	}
	defer d.Close()
	if err := app.Prepare(ctx, d, keys, c.Store, c.Demo); err != nil {
		return err
	}
	a, err := app.New(d, keys, c.Store, config.Server{Demo: c.Demo})
	if err != nil {
		return err
	}
	return fn(auth.AsSystem(ctx, "console"), a)
}

// tell says what was made; a password that came from outside is known there and not said again.
func (c console) tell(out account.Initial, given string) error {
	if given != "" {
		out.Password = ""
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(out)
	}
	if given != "" {
		fmt.Printf("账号 %s（%s）\n初始密码是您输入的，首次登录要改。\n", out.Account.Login, out.Account.Name)
		return nil
	}
	fmt.Printf("账号 %s（%s）\n初始密码 %s\n只显示这一次，首次登录要改。\n", out.Account.Login, out.Account.Name, out.Password)
	return nil
}

type adminCreateCmd struct {
	console
	secret
	Login  string `arg:"" help:"Account name."`
	Name   string `required:"" help:"Name of the person."`
	Role   string `required:"" help:"Role, e.g. security_admin."`
	Region string `default:"150000000000" help:"Where the role is held: 12 digits."`
}

func (c *adminCreateCmd) Run(ctx context.Context) error {
	in := account.AddInput{Login: c.Login, Name: c.Name, Post: account.Post{Role: auth.Role(c.Role), Reason: c.Reason}}
	if err := in.Post.Region.UnmarshalText([]byte(c.Region)); err != nil {
		return err
	}
	var err error
	if in.Password, err = c.read(); err != nil {
		return err
	}
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		out, err := a.Account.Add(ctx, in)
		if err != nil {
			return err
		}
		return c.tell(out, in.Password)
	})
}

type adminResetCmd struct {
	console
	secret
	Login string `arg:"" help:"Account name or telephone number."`
}

func (c *adminResetCmd) Run(ctx context.Context) error {
	password, err := c.read()
	if err != nil {
		return err
	}
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		who, err := a.Account.Find(ctx, c.Login)
		if err != nil {
			return err
		}
		out, err := a.Account.ResetPassword(ctx, account.ResetInput{ID: who.ID, Password: password, Reason: c.Reason})
		if err != nil {
			return err
		}
		return c.tell(out, password)
	})
}

type adminLockCmd struct {
	console
	Login string `arg:"" help:"Account name or telephone number."`
}

func (c *adminLockCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		who, err := a.Account.Find(ctx, c.Login)
		if err != nil {
			return err
		}
		_, err = a.Account.Lock(ctx, account.ReasonInput{ID: who.ID, Reason: c.Reason})
		return err
	})
}

type adminUnlockCmd struct {
	console
	Login string `arg:"" help:"Account name or telephone number."`
}

func (c *adminUnlockCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		who, err := a.Account.Find(ctx, c.Login)
		if err != nil {
			return err
		}
		_, err = a.Account.Unlock(ctx, account.ReasonInput{ID: who.ID, Reason: c.Reason})
		return err
	})
}

package db

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// liteConn is a connection of SQLite that keeps its statements prepared: to prepare one costs more than to run most of them.
// PostgreSQL's driver does so by itself.
type liteConn struct {
	liteDriver
	kept map[string]*liteStmt
}

// liteDriver is what the driver's connection can do.
type liteDriver interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// liteKept is how many statements a connection keeps: the program has some hundred, and those that are built at run time take what is left.
const liteKept = 400

// liteStmt is a kept statement. While its rows are read, nobody else may run it.
type liteStmt struct {
	driver.Stmt
	busy bool
}

type liteConnector struct{ driver.Connector }

func (c liteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &liteConn{conn.(liteDriver), map[string]*liteStmt{}}, nil
}

func openLite(dsn string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(liteConnector{c}), nil
}

// keep gives the kept statement of a text; nil when there is none to use. A text without values is not worth it, and may be several
// statements.
func (c *liteConn) keep(ctx context.Context, q string, args []driver.NamedValue) (*liteStmt, error) {
	s, ok := c.kept[q]
	switch {
	case ok && s.busy, !ok && (len(args) == 0 || len(c.kept) == liteKept):
		return nil, nil
	case ok:
		return s, nil
	}
	made, err := c.PrepareContext(ctx, q)
	if err != nil {
		return nil, err
	}
	s = &liteStmt{Stmt: made}
	c.kept[q] = s
	return s, nil
}

func (c *liteConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.keep(ctx, q, args)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.liteDriver.ExecContext(ctx, q, args)
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (c *liteConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.keep(ctx, q, args)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.liteDriver.QueryContext(ctx, q, args)
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &liteRows{rows, s}, nil
}

// Close ends the kept statements with the connection.
func (c *liteConn) Close() error {
	for _, s := range c.kept {
		s.Close()
	}
	return c.liteDriver.Close()
}

// liteRows frees its statement at the end.
type liteRows struct {
	driver.Rows
	stmt *liteStmt
}

func (r *liteRows) Close() error {
	r.stmt.busy = false
	return r.Rows.Close()
}

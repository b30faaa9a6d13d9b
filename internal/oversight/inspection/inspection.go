// Package inspection is the supervision of 建设方案 四（一）.
package inspection

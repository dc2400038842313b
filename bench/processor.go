package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// processorTime reads from the server's metrics how much processor time it has
// used since it started; 0 where the system does not tell.
func processorTime(ctx context.Context, url string) (_ time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/metrics", nil)
	if err != nil {
		return 0, fmt.Errorf("read the server's metrics: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("read the server's metrics: %w", err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if text, is := strings.CutPrefix(lines.Text(), "process_cpu_seconds_total "); is {
			seconds, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return 0, fmt.Errorf("read the server's metrics: %w", err)
			}
			return time.Duration(seconds * float64(time.Second)), nil
		}
	}
	return 0, lines.Err()
}

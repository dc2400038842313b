package setup

import (
	"context"
	"fmt"
	"net/url"

	"duban/client"
	"duban/example"
)

// SupervisorUnit is the unit of the example that supervises.
const SupervisorUnit = "shiwei-shizhengfu-duchashi"

// ImportPlan imports the example's policy through the API as an administrator,
// makes a plan of it and publishes it. It returns the plan's id.
func ImportPlan(ctx context.Context, admin client.Client, from example.Example) (string, error) {
	var policy, plan struct {
		ID string `json:"id"`
	}
	path := "policies?name=" + url.QueryEscape(from.PolicyName)
	if err := admin.PostText(ctx, path, string(from.Policy), &policy); err != nil {
		return "", fmt.Errorf("import the example's policy: %w", err)
	}
	draft := map[string]any{"policyId": policy.ID, "supervisorUnit": SupervisorUnit}
	if err := admin.Post(ctx, "plans", draft, &plan); err != nil {
		return "", fmt.Errorf("make a plan of the example: %w", err)
	}
	if err := admin.Post(ctx, "plans/"+plan.ID+"/publish", struct{}{}, nil); err != nil {
		return "", fmt.Errorf("publish the example's plan: %w", err)
	}
	return plan.ID, nil
}

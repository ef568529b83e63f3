package gate.team # expect warning: gate-tampering this change edits `policy/team.rego`, by which changes are judged
deny contains "no team" if false

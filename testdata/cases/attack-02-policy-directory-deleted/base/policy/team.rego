package gate.team
deny contains "no team" if input.app == "api"

package gate.team
deny contains "never" if input.app == "nothing"

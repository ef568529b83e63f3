true # expect error: gate-tampering this change takes the gate out of `ci/verify.sh`

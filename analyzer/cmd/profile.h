#ifndef FORENSICS_CMD_PROFILE_H
#define FORENSICS_CMD_PROFILE_H

#include "cmd/cmd.h"

/* `match --profile`: runs the rules over the case and prints what each cost, the dearest first. */
enum exit_code match_profile(struct cli *cli);

#endif /* FORENSICS_CMD_PROFILE_H */

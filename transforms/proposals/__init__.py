"""What the data propose for the next period (D-20): targets, channels, sources of leads."""

from transforms.proposals.channels import channel_verdict
from transforms.proposals.leads import lead_quality
from transforms.proposals.rules import ProposalRules
from transforms.proposals.targets import NextTarget, next_target

__all__ = ["NextTarget", "ProposalRules", "channel_verdict", "lead_quality", "next_target"]

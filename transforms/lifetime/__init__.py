"""Customer lifetime value by named models, which refuse where they do not fit.

Customers without a contract: BG/NBD for how often they will buy, Gamma-Gamma for how much they
spend. Customers under contract: the shifted beta-geometric (sBG) for how long they renew.
"""

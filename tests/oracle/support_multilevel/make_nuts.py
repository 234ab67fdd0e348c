"""NUTS's answer to cells.csv: `python make_nuts.py` writes nuts.json (numpyro; about two minutes; no test needs it).

The model is the one of hustings.maths.multilevel: half-normal scales of sd 1, fixed coefficients N(0, 2.5^2).
"""

from __future__ import annotations

import json
from pathlib import Path

import jax
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS

HERE = Path(__file__).parent
TERMS = {"state": 24, "race": 4, "age": 5, "rs": 96}


def model(cells: dict[str, np.ndarray]) -> None:
    """Logits of the cells."""
    fixed = numpyro.sample("fixed", dist.Normal(0.0, 2.5).expand([2]))
    eta = fixed[0] + fixed[1] * cells["lean"]
    for name, levels in TERMS.items():
        scale = numpyro.sample(f"sd_{name}", dist.HalfNormal(1.0))
        eta = eta + scale * numpyro.sample(f"z_{name}", dist.Normal().expand([levels]))[cells[name]]
    numpyro.deterministic("eta", eta)
    numpyro.sample("first", dist.Binomial(cells["n"], logits=eta), obs=cells["first"])


def main() -> None:
    """Write nuts.json."""
    raw = np.genfromtxt(HERE / "cells.csv", delimiter=",", names=True)
    cells = {name: raw[name].astype(int) for name in ("state", "race", "age", "first")}
    cells |= {"lean": raw["lean"], "n": (raw["first"] + raw["second"]).astype(int)}
    cells["rs"] = cells["state"] * 4 + cells["race"]
    mcmc = MCMC(
        NUTS(model, target_accept_prob=0.95), num_warmup=1000, num_samples=2500, num_chains=2, progress_bar=False
    )
    mcmc.run(jax.random.PRNGKey(1), cells)
    found = {name: np.asarray(values, dtype=float) for name, values in mcmc.get_samples().items()}
    share = 1.0 / (1.0 + np.exp(-found["eta"]))
    # Every cell of a state counts by its race and age alone: the same electorate in every state.
    weight = np.array([0.68, 0.14, 0.12, 0.06])[cells["race"]]
    states = np.stack(
        [(share * weight)[:, cells["state"] == s].sum(axis=1) / weight[cells["state"] == s].sum() for s in range(24)]
    )
    keep = {
        "scale_mean": {name: float(found[f"sd_{name}"].mean()) for name in TERMS},
        "scale_sd": {name: float(found[f"sd_{name}"].std()) for name in TERMS},
        "state_mean": states.mean(axis=1).tolist(),
        "state_sd": states.std(axis=1).tolist(),
        "divergences": int(np.asarray(mcmc.get_extra_fields()["diverging"]).sum()),
    }
    (HERE / "nuts.json").write_text(json.dumps(keep, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    numpyro.set_host_device_count(1)
    main()

"""The tracker's posterior by NUTS, everything sampled: run once, kept in ``fixture.json``.

    pip install -e '.[mcmc]'
    PYTHONPATH=tests python tests/oracle/tracker_nuts/make_fixture.py

The model is written here again from docs/maths/tracker.md. What the tracker approximates is exact: counts are binomial,
each poll's own error is a sampled Student-t, the nation is the vote-weighted whole itself, and the scales are sampled
together with all else. From the package come only the season (``polls.csv``), the arrangement of polls as arrays, and
the units' leans and loadings, which are data to both.
"""

from __future__ import annotations

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS, init_to_median

from hustings.polls.tracker.design import poll_data
from hustings.polls.tracker.prior import unit_prior
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.polls.tracker.spec import COARSE_KNOTS, FINE_KNOTS, NATION_KNOTS, SCALE_NAMES
from recovery.seasons import EVE, make_contest, make_spec

HERE = Path(__file__).parent
SEED = 20221108
N_CHAINS, N_WARMUP, N_SAMPLES = 4, 600, 1500


def walk_weights(last_day, first_day, knots):
    """Weights of the knots in the walk's mean over each poll's days, one poll and day after the other."""
    rows = np.zeros((len(last_day), len(knots)))
    for poll in range(len(last_day)):
        days = np.arange(last_day[poll], first_day[poll] + 1)
        for k in range(len(knots)):
            rows[poll, k] = np.mean([np.interp(day, knots, np.eye(len(knots))[k]) for day in days])
    return rows


def model(prior, data, spec, nation, fine, coarse):
    """Two options: one log-ratio for each unit."""
    scale = {
        name: numpyro.sample(name, dist.LogNormal(np.log(spec.scales[name].median), spec.scales[name].log_sd))
        for name in SCALE_NAMES
    }
    n_factors = prior.loadings.shape[1]
    n_districts, n_polls = prior.district_loadings.shape[1], len(data.unit)
    lead = min(spec.shared_walk_factors, n_factors)

    def normal(name, *shape):
        return numpyro.sample(name, dist.Normal(0.0, 1.0).expand(shape).to_event(len(shape)))

    def factor_sd(kind):
        return jnp.sqrt(scale[f"{kind}_shared"] ** 2 * prior.shared_variance + scale[f"{kind}_own"] ** 2)

    def deviation(kind):
        factors = prior.loadings @ (factor_sd(kind) * normal(f"{kind}_factor", n_factors))
        return factors + prior.district_loadings @ (scale[f"{kind}_own"] * normal(f"{kind}_district", n_districts))

    def walk(name, knots, n_walks):
        steps = jnp.sqrt(jnp.diff(knots))[:, None] * normal(name, len(knots) - 1, n_walks)
        return jnp.concatenate([jnp.zeros((1, n_walks)), jnp.cumsum(steps, axis=0)])

    level = prior.nation.mean[0] + prior.nation.sd * normal("level", 1)
    units = numpyro.deterministic("units", prior.lean[:, 0] + level + deviation("unit"))
    bias = scale["bias_nation"] * normal("bias_level", 1) + deviation("bias")
    moved = nation @ walk("walk_nation_path", NATION_KNOTS, 1) * scale["walk_nation"]
    moved = moved + (fine @ walk("walk_lead", FINE_KNOTS, lead) * factor_sd("walk")[:lead]) @ prior.loadings[:, :lead].T
    rest = walk("walk_rest", COARSE_KNOTS, n_factors - lead) if n_factors > lead else jnp.zeros((len(COARSE_KNOTS), 0))
    moved = moved + (coarse @ rest * factor_sd("walk")[lead:]) @ prior.loadings[:, lead:].T
    seen = units + moved + bias  # (poll, unit)

    national = data.unit < 0
    share = jax.nn.sigmoid(seen) @ prior.votes / prior.votes.sum()
    gap = scale["nation_gap"] * normal("gap", 1)
    local = seen[jnp.arange(n_polls), np.maximum(data.unit, 0)]
    eta = jnp.where(national, jnp.log(share) - jnp.log1p(-share) + gap, local)
    for name, codes, names in (
        ("house", data.house, data.house_names),
        ("mode", data.mode, data.mode_names),
        ("population", data.population, data.population_names),
    ):
        effect = jnp.append(scale[name] * normal(f"{name}_effect", len(names)), 0.0)
        eta = eta + effect[codes]
    sponsor = spec.sponsor_mean + spec.sponsor_sd * normal("sponsor", 1)
    eta = eta + sponsor * np.array([1.0, -1.0, 0.0])[data.sponsor]
    kappa = spec.undecided_mean + spec.undecided_sd * normal("kappa", 1)
    eta = eta - kappa * data.undecided * np.where(national, 0.0, prior.lean[data.unit, 0])
    own = numpyro.sample("own", dist.StudentT(spec.degrees_of_freedom).expand([n_polls]).to_event(1))
    eta = eta + scale["noise"] * own
    counts = data.counts
    numpyro.factor("polls", jnp.sum(counts[:, 0] * jax.nn.log_sigmoid(eta) + counts[:, 1] * jax.nn.log_sigmoid(-eta)))


def summary(draws):
    """Mean, sd, R-hat and bulk ESS of (chain, draw, quantity)."""
    return {
        "mean": draws.mean(axis=(0, 1)).tolist(),
        "sd": draws.reshape(-1, draws.shape[2]).std(axis=0, ddof=1).tolist(),
        "r_hat": np.asarray(split_gelman_rubin(draws)).tolist(),
        "ess": np.asarray(effective_sample_size(draws)).tolist(),
    }


def main():
    """Write the season and what NUTS says about it."""
    numpyro.enable_x64()
    contest, spec = make_contest(5, districts=2), make_spec()
    season = simulate_season(
        contest, spec, rng=np.random.default_rng(SEED), plan=SeasonPlan(n_polls=120), national="history"
    )
    season.polls.write_csv(HERE / "polls.csv")
    prior = unit_prior(contest, spec, as_of=EVE, national="history")
    data = poll_data(contest, season.polls)
    nation = walk_weights(data.last_day, data.first_day, NATION_KNOTS)
    fine = walk_weights(data.last_day, data.first_day, FINE_KNOTS)
    coarse = walk_weights(data.last_day, data.first_day, COARSE_KNOTS)
    mcmc = MCMC(
        NUTS(model, target_accept_prob=0.9, init_strategy=init_to_median),
        num_warmup=N_WARMUP,
        num_samples=N_SAMPLES,
        num_chains=N_CHAINS,
        chain_method="sequential",
        progress_bar=False,
    )
    mcmc.run(jax.random.PRNGKey(SEED), prior, data, spec, nation, fine, coarse, extra_fields=("diverging", "num_steps"))
    draws = mcmc.get_samples(group_by_chain=True)
    extra = mcmc.get_extra_fields()
    units = np.asarray(draws["units"])
    fixture = {
        "made_by": f"numpyro {numpyro.__version__}, jax {jax.__version__}",
        "seed": SEED,
        "chains": N_CHAINS,
        "draws": N_CHAINS * N_SAMPLES,
        "divergences": int(extra["diverging"].sum()),
        "mean_steps": float(extra["num_steps"].mean()),
        "unit_ids": list(contest.unit_ids),
        "units": summary(units),
        "correlation": np.corrcoef(units.reshape(-1, units.shape[2]).T).tolist(),
        "scale_names": list(SCALE_NAMES),
        "log_scales": summary(np.stack([np.log(np.asarray(draws[name])) for name in SCALE_NAMES], axis=2)),
        "truth": {"units": season.log_ratios[:, 0].tolist(), "scales": season.scales},
    }
    (HERE / "fixture.json").write_text(json.dumps(fixture, indent=1) + "\n")


if __name__ == "__main__":
    main()

# Makes fixture.json: estimates and standard errors of R's survey package on its own api data (public school records).
# Run here: Rscript make_fixture.R
suppressMessages(library(survey))
data(api)
json <- function(x) {
  if (is.list(x)) paste0("{", paste0('"', names(x), '": ', vapply(x, json, ""), collapse = ",\n"), "}")
  else {
    parts <- if (is.character(x)) paste0('"', x, '"') else vapply(x, function(v) format(v, digits = 15), "")
    if (length(x) == 1) parts else paste0("[", paste(parts, collapse = ", "), "]")
  }
}
set.seed(1)
strat <- apistrat[, c("stype", "sch.wide", "awards", "pw", "api00", "api99", "enroll", "api.stu")]
names(strat) <- c("stype", "wide", "awards", "pw", "api00", "api99", "enroll", "stu")
strat$high <- as.numeric(strat$api00 > 650)
clus <- apiclus1[, c("dnum", "stype", "pw", "api00", "enroll", "api.stu")]
names(clus) <- c("dnum", "stype", "pw", "api00", "enroll", "stu")
two <- apiclus2[, c("dnum", "snum", "stype", "pw", "api00", "enroll")]
for (column in c("stype", "wide", "awards")) strat[[column]] <- as.character(strat[[column]])
clus$stype <- as.character(clus$stype); two$stype <- as.character(two$stype)
two <- two[!is.na(two$enroll), ]

said <- function(found) {
  est <- as.numeric(coef(found)); names(est) <- NULL
  ends <- confint(found)
  list(est = est, se = as.numeric(SE(found)), low = as.numeric(ends[, 1]), high = as.numeric(ends[, 2]),
       label = names(coef(found)))
}
several <- function(d) list(
  mean = said(svymean(~api00 + enroll, d)),
  total = said(svytotal(~enroll + stu, d)),
  share = said(svymean(~factor(stype), d)),
  ratio = said(svyratio(~stu, ~enroll, d)),
  domain = said(svyby(~api00, ~stype, d, svymean))
)
# Share above 650 where awards were given minus where not: the error of a difference of two domains.
apart <- function(d) {
  w <- weights(d, "sampling"); v <- d$variables; yes <- v$awards == "Yes"
  p <- tapply(w * v$high, yes, sum) / tapply(w, yes, sum)
  n <- tapply(w, yes, sum)
  d$variables$u <- ifelse(yes, (v$high - p[2]) / n[2], -(v$high - p[1]) / n[1])
  c(p[2] - p[1], SE(svytotal(~u, d)))
}
own <- function(d) c(list(weights = as.numeric(weights(d, "sampling"))), list(
  mean = said(svymean(~api00 + enroll, d)),
  share = said(svymean(~factor(awards), d)),
  domain = said(svyby(~api00, ~awards, d, svymean)),
  apart = apart(d)
))

d <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strat)
stype <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(wide = c("No", "Yes"), Freq = c(1072, 5122))
raked <- rake(d, list(~stype, ~wide), list(stype, wide), control = list(maxit = 200, epsilon = 1e-10))
totals <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, wideYes = 5122)
numbers <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)
tight <- list(maxit = 200, epsilon = 1e-12)
cal <- function(formula, totals, ...) calibrate(d, formula, totals, epsilon = 1e-12, maxit = 500, ...)
boot <- as.svrepdesign(d, type = "bootstrap", replicates = 12)
reps <- round(weights(boot, "analysis"), 4)
boot <- svrepdesign(data = strat, weights = ~pw, repweights = as.matrix(reps), type = "bootstrap", scale = 1 / 12,
                    rscales = rep(1, 12), combined.weights = TRUE, mse = TRUE)
out <- list(
  versions = list(R = R.version.string, survey = as.character(packageVersion("survey"))),
  data = list(strat = strat, clus = clus, two = two, reps = as.data.frame(t(reps))),
  strat = several(d),
  clus = several(svydesign(id = ~dnum, weights = ~pw, data = clus)),
  two = list(mean = said(svymean(~api00 + enroll, svydesign(id = ~dnum, weights = ~pw, data = two))),
             domain = said(svyby(~api00, ~stype, svydesign(id = ~dnum, weights = ~pw, data = two), svymean))),
  jkn = several(as.svrepdesign(d, type = "JKn")),
  bootstrap = list(mean = said(svymean(~api00 + enroll, boot)), ratio = said(svyratio(~stu, ~enroll, boot))),
  plain = own(d),
  raked = own(raked),
  raking = own(cal(~stype + wide, totals, calfun = "raking")),
  poststratified = own(postStratify(d, ~wide, wide)),
  linear = own(cal(~stype + wide, totals)),
  greg = own(cal(~stype + api99, numbers)),
  logit = own(cal(~stype + wide, totals, calfun = "logit", bounds = c(0.8, 1.4))),
  margins = list(stype = stype, wide = wide), numbers = as.list(numbers)
)
write(json(out), "fixture.json")

# lme4's answer to cells.csv: Rscript make_glmer.R > glmer.json (from this folder; needs lme4 and jsonlite, or base only)
suppressMessages(library(lme4))
d <- read.csv("cells.csv")
d <- d[d$first + d$second > 0, ]
for (k in c("state", "race", "age")) d[[k]] <- factor(d[[k]])
d$rs <- interaction(d$race, d$state, sep = ":", drop = TRUE)
form <- cbind(first, second) ~ lean + (1 | state) + (1 | race) + (1 | age) + (1 | rs)
quick <- glmer(form, data = d, family = binomial, nAGQ = 0)
full <- glmer(form, data = d, family = binomial, nAGQ = 1, control = glmerControl(optimizer = "bobyqa"))
plain <- function(fit) {
  sds <- sapply(VarCorr(fit), function(v) attr(v, "stddev")[[1]])
  effects <- lapply(ranef(fit), function(one) as.list(setNames(one[[1]], rownames(one))))
  list(sd = as.list(setNames(sds, sub("\\..*", "", names(sds)))), fixed = unname(fixef(fit)), effects = effects,
       logLik = as.numeric(logLik(fit)))
}
num <- function(x) if (is.list(x)) paste0("{", paste0('"', names(x), '": ', sapply(x, num), collapse = ", "), "}") else
  if (length(x) > 1) paste0("[", paste(sprintf("%.9g", x), collapse = ", "), "]") else sprintf("%.9g", x)
cat(num(list(quick = plain(quick), full = plain(full))), "\n")
cat(sprintf("lme4 %s, %s\n", packageVersion("lme4"), R.version.string), file = stderr())

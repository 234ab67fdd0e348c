# Letters of columns that are significantly above others, by R's `survey`: Rscript make_fixture.R > fixture.json
# The weighted, stratified api sample; one question of four answers (quarters of api00) in two banners: school types, which
# are disjoint, and groups that share schools. Differences by svycontrast of totals, corrections by p.adjust.
suppressMessages(library(survey))
json <- function(x) {
  if (is.list(x)) return(paste0("{", paste0('"', names(x), '": ', vapply(x, json, ""), collapse = ",\n"), "}"))
  if (length(dim(x)) > 1) {
    inner <- vapply(seq_len(dim(x)[1]), function(k) json(if (length(dim(x)) == 3) x[k, , ] else x[k, ]), "")
    return(paste0("[", paste(inner, collapse = ", "), "]"))
  }
  parts <- if (is.character(x)) paste0('"', x, '"') else ifelse(is.na(x), "null", vapply(x, function(v) format(v, digits = 15), ""))
  if (length(x) == 1) parts else paste0("[", paste(parts, collapse = ", "), "]")
}
data(api)
d <- apistrat
d$q <- as.character(cut(d$api00, quantile(d$api00), labels = c("1", "2", "3", "4"), include.lowest = TRUE))
groups <- list(
  disjoint = list(E = d$stype == "E", H = d$stype == "H", M = d$stype == "M"),
  overlapping = list(all = rep(TRUE, nrow(d)), awards = d$awards == "Yes", wide = d$sch.wide == "Yes", large = d$enroll > 500))

tested <- function(columns) {
  n <- length(columns); rows <- c("1", "2", "3", "4")
  z <- p <- array(NA, c(4, n, n))
  for (r in 1:4) for (i in 1:n) for (j in 1:n) if (i != j) {
    d$y1 <- (d$q == rows[r]) * columns[[i]]; d$g1 <- 1 * columns[[i]]
    d$y2 <- (d$q == rows[r]) * columns[[j]]; d$g2 <- 1 * columns[[j]]
    design <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = d)
    apart <- svycontrast(svytotal(~y1 + g1 + y2 + g2, design), quote(y1 / g1 - y2 / g2))
    z[r, i, j] <- coef(apart) / SE(apart); p[r, i, j] <- 2 * pnorm(-abs(z[r, i, j]))
  }
  upper <- which(upper.tri(diag(n)), arr.ind = TRUE)
  letters_of <- function(method) {
    flat <- t(sapply(1:4, function(r) p[r, , ][upper]))
    adjusted <- switch(method, none = flat, bonferroni = t(apply(flat, 1, p.adjust, method = "bonferroni")),
                       fdr = matrix(p.adjust(flat, method = "BH"), 4))
    sapply(1:n, function(i) sapply(1:4, function(r) {
      said <- ""
      for (j in setdiff(1:n, i)) {
        q <- adjusted[r, which((upper[, 1] == min(i, j)) & (upper[, 2] == max(i, j)))]
        if (z[r, i, j] > 0 && q < .10) said <- paste0(said, if (q < .05) LETTERS[j] else letters[j])
      }
      said
    }))
  }
  list(z = z, none = letters_of("none"), bonferroni = letters_of("bonferroni"), fdr = letters_of("fdr"))
}
set.seed(1); ps <- round(runif(12)^3, 6)
cat(json(list(
  R = R.version.string, survey = as.character(packageVersion("survey")),
  data = list(q = d$q, stype = as.character(d$stype), pw = d$pw, columns = lapply(groups, function(g) lapply(g, as.integer))),
  disjoint = tested(groups$disjoint), overlapping = tested(groups$overlapping),
  adjust = list(p = ps, BH = p.adjust(ps, "BH")))), "\n", sep = "")

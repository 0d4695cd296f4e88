"""Budget execution 预算执行: quota, agreements, milestones, payments, virement."""

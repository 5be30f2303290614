locals {
  list = [
    { id = "a", tags = { k = "1" } },
    { id = "b", tags = { k = "2" } },
  ]
  map    = { x = { name = "n" } }
  nested = [["p", "q"], ["r"]]
  text   = <<-EOT
    first ${local.map.x.name}
      indented
    %{for o in local.list~}
    - ${o.id}
    %{endfor~}

    last
  EOT
  trimmed = trimspace(<<EOT
  kept  
EOT
  )
  lines    = "a\n  %%{ for n in names ~}\n  - $${n}\n  %%{~ endfor }\n z $${~ names[0] ~} \n y"
  piped    = <<-EOT
      six ${local.map.x.name}
    four
    %{~ if true ~}
      x
    %{~ endif ~}
	tab

  EOT
  template = "%%{ for n in names }$${n},%%{ endfor }"
}
